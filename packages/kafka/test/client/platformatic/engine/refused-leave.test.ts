import * as platformatic from '@platformatic/kafka';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { subscribe } from '../../../../src/subscribe/index.ts';
import { replay } from '../../../../src/replay/index.ts';
import { platformaticKafka } from '../../../support/broker/engine-client.ts';
import { Collector } from '../../../support/collector.ts';

const [topic, groupId] = ['orders', 'packing'];

describe('a member of a group on @platformatic/kafka that the coordinator does not let leave', () => {
  let kafka: EmbeddedKafka;
  let made: platformatic.Consumer[];
  beforeEach('start a broker', async () => {
    kafka = await EmbeddedKafka.start({ topics: { [topic]: 1, [`${topic}.${groupId}.dead-letter`]: 1 } });
    made = [];
  });
  afterEach('stop the broker', () => kafka.stop());

  /** The library, whose consumers are kept. */
  const clients = (): { library: object; options: object } => {
    const { options } = platformaticKafka.clients(kafka.brokers) as { options: object };
    class Consumer extends platformatic.Consumer {
      constructor(given: platformatic.ConsumerOptions<Buffer, Buffer, Buffer, Buffer>) {
        super(given);
        made.push(this);
      }
    }
    return { library: { ...platformatic, Consumer }, options };
  };
  const connected = (): readonly platformatic.Consumer[] => made.filter(({ connections }) => connections.isActive());

  const drained = async (): Promise<void> => {
    const got = new Collector();
    const subscription = await subscribe(clients() as never, {
      groupId,
      topics: [topic],
      fromBeginning: true,
      consumer: platformaticKafka.consumer({ maxWait: 50 }),
      handler: ({ value }) => got.add(String(value)),
    });
    kafka.topic(topic).append(0, [{ value: 'a' }]);
    await got.all('a');
    expect(connected()).to.have.length(2);
    await subscription.drain();
  };

  it('asks once more when another broker has answered, and has left', async () => {
    const refused = kafka.fault({ api: 'LeaveGroup' }, { error: 'NOT_COORDINATOR' });
    await drained();
    expect(refused.hits).to.equal(1);
    expect(kafka.group(groupId).describe().members).to.deep.equal([]);
    expect(connected()).to.deep.equal([]);
  });

  for (const error of ['NOT_COORDINATOR', 'GROUP_AUTHORIZATION_FAILED'] as const)
    it(`leaves no connection open when it is always refused with ${error}`, async () => {
      kafka.fault({ api: 'LeaveGroup', times: Infinity }, { error });
      await drained();
      expect(kafka.group(groupId).describe().members).to.have.length(1);
      expect(connected()).to.deep.equal([]);
    });

  it('does not make a replay fail that has sent and committed all', async () => {
    kafka.topic(`${topic}.${groupId}.dead-letter`).append(0, [{ value: 'dead' }]);
    kafka.fault({ api: 'LeaveGroup', times: Infinity }, { error: 'GROUP_AUTHORIZATION_FAILED' });
    const report = await replay(clients() as never, {
      from: `${topic}.${groupId}.dead-letter`,
      to: topic,
      consumer: platformaticKafka.consumer({ maxWait: 50 }),
    });
    expect(report).to.include({ replayed: 1 });
    expect(connected()).to.deep.equal([]);
  });
});
