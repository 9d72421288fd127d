import { expect } from 'chai';
import * as platformatic from '@platformatic/kafka';
import { clientsOf, type ClientMaker } from '../../src/client/client-maker.ts';
import { diagnose } from '../../src/doctor/index.ts';
import { replay } from '../../src/replay/index.ts';
import { studioProviders } from '../../src/studio/index.ts';
import { subscribe } from '../../src/subscribe/index.ts';
import { library } from './confluent/use-confluent.ts';

const member = { groupId: 'g', concurrency: 1 };
const takers = ['subscribe', 'replay', 'diagnose', 'relay', 'studioProviders', 'dead-letters'];

describe('an option that a client of the engine cannot have', () => {
  const platformaticMaker: ClientMaker = { library: platformatic, options: { clientId: 'c', bootstrapBrokers: ['127.0.0.1:1'] } };

  it('is told by the name of what was called, on @platformatic/kafka', () => {
    for (const taker of takers) {
      const clients = clientsOf(taker, platformaticMaker);
      for (const [make, text] of [
        [() => clients.member({ ...member, options: { deserializers: {} } }), 'cannot take consumer.deserializers: '],
        [() => clients.member({ ...member, options: { groupProtocol: 'consumer' } }), "needs consumer.groupProtocol to be 'classic': "],
        [() => clients.producer({ serializers: {} }), 'cannot take producer.serializers: '],
        [() => clients.transactionalProducer({ registry: {} }, 'id'), 'cannot take producer.registry: '],
      ] as const)
        expect(make).to.throw(`[invalid_option] ${taker} ${text}`);
    }
  });

  if (library === undefined) return;
  const installed: object = library;
  const confluentMaker = (options: object): ClientMaker => ({
    library: installed,
    options: { ...options, 'bootstrap.servers': '127.0.0.1:1' },
  });

  it("is told by the name of what was called, on Confluent's client", () => {
    for (const taker of takers) {
      const clients = clientsOf(taker, confluentMaker({}));
      for (const [make, text] of [
        [
          () => clients.member({ ...member, options: { 'enable.auto.commit': true } }),
          'needs of this client "enable.auto.commit" to be false',
        ],
        [() => clients.member({ ...member, options: { kafkaJS: {} } }), "needs of this client librdkafka's own names"],
        [() => clients.producer({ 'transactional.id': 'id' }), 'needs of this client no "transactional.id"'],
        [() => clients.transactionalProducer({ kafkaJS: {} }, 'id'), "needs of this client librdkafka's own names"],
        [() => clients.producer({ 'no.such.option': 1 }), 'cannot make a client: '],
        [() => clientsOf(taker, confluentMaker({ 'no.such.option': 1 })).admin(), 'cannot make a client: '],
      ] as const)
        expect(make).to.throw(`[invalid_option] ${taker} ${text}`);
    }
  });

  it('is told by the name of the function that a program called', async () => {
    const maker = confluentMaker({ 'no.such.option': 1 });
    const { signal } = new AbortController();
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      subscribe: () => subscribe(maker, { groupId: 'g', topics: ['t'], handler: () => {} }),
      replay: () => replay(maker, { from: 'orders-dlt' }),
      diagnose: () => diagnose(maker),
      studioProviders: () => studioProviders(maker).deadLetters.topics(signal),
    };
    for (const [name, call] of Object.entries(calls)) {
      const error: unknown = await call().catch((thrown: unknown) => thrown);
      expect(String(error)).to.include(`[invalid_option] ${name} cannot make a client: `);
    }
  });
});
