import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { confluentEngine } from '../../../src/client/confluent/engine/engine-clients.ts';
import type { EngineClients, OutgoingRecord } from '../../../src/client/port/engine-clients.ts';
import { library } from './use-confluent.ts';

const topic = 'orders';
const count = 20;
const messages: OutgoingRecord[] = Array.from({ length: count }, (_, index) => ({ key: 'k', value: String(index), partition: 0 }));
// A request for each record.
const options = { 'batch.num.messages': 1 };

if (library !== undefined)
  describe("what Confluent's client sends in order", () => {
    let kafka: EmbeddedKafka;
    let clients: EngineClients;

    beforeEach('start a broker', async () => {
      kafka = await EmbeddedKafka.start({ topics: { [topic]: 1 } });
      clients = confluentEngine.clients({ library, options: { 'bootstrap.servers': kafka.brokers.join(',') } }, 'relay');
    });
    afterEach('stop it', () => kafka.stop());

    /** Deletes the topic, with what the broker knows of its producers, and creates it again. */
    async function recreate(): Promise<void> {
      const admin = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      await admin.deleteTopics({ topics: [topic] });
      await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] });
      await admin.disconnect();
    }

    const values = (): string[] =>
      kafka
        .topic(topic)
        .records(0)
        .map(({ value }) => String(value));

    for (const [name, skip] of [
      ['first', 0],
      ['third', 2],
    ] as const) {
      it(`is in order when a broker refuses the ${name} request`, async () => {
        kafka.fault({ api: 'Produce', times: 1, skip }, { error: 'NOT_ENOUGH_REPLICAS' });
        const producer = clients.orderedProducer(options, 1);
        await producer.connect();
        const [answer] = await producer.send({ topic, acks: -1, messages });
        await producer.disconnect();
        expect(answer).to.include({ baseOffset: '0' });
        expect(values()).to.deep.equal(messages.map(({ value }) => value));
      });
    }

    for (const [when, forget] of [
      ['was recreated', recreate],
      ['had no record of the producer for a day', () => kafka.clock.advance(26 * 3_600_000)],
    ] as const)
      it(`is whole and in order when the topic ${when} and a broker refuses the first request after that`, async () => {
        const producer = clients.orderedProducer(options, 1);
        await producer.connect();
        await producer.send({ topic, acks: -1, messages: messages.slice(0, 3) });
        await forget();
        kafka.fault({ api: 'Produce', times: 1 }, { error: 'NOT_ENOUGH_REPLICAS' });
        await producer.send({ topic, acks: -1, messages: messages.slice(3) });
        await producer.disconnect();
        expect(values().slice(-messages.length + 3)).to.deep.equal(messages.slice(3).map(({ value }) => value));
      });

    it('has an offset for each record but those that the broker had already', async () => {
      let requests = 0;
      kafka.on('Produce', async (_request, next) => {
        const answer = await next();
        const [place] = answer?.responses[0]?.partitionResponses ?? [];
        // As Kafka answers a batch that it had so long ago that it does not remember where.
        if (++requests === 2 && place !== undefined) Object.assign(place, { errorCode: 46, baseOffset: -1 });
        return answer;
      });
      const producer = clients.orderedProducer(options, 1);
      await producer.connect();
      const answers = await producer.send({ topic, acks: -1, messages: messages.slice(0, 4) });
      await producer.disconnect();
      expect(answers).to.deep.equal([
        { topicName: topic, partition: 0, errorCode: 0, baseOffset: '0', offsets: ['0', undefined, '2', '3'] },
      ]);
    });

    it('is whole and in order in a transaction when a broker refuses the first request', async () => {
      kafka.fault({ api: 'Produce', times: 1 }, { error: 'NOT_ENOUGH_REPLICAS' });
      const producer = clients.transactionalProducer(options, 'orders-relay');
      await producer.connect();
      const transaction = await producer.transaction();
      await transaction.send({ topic, acks: -1, messages });
      await transaction.commit();
      await producer.disconnect();
      expect(values().slice(0, count)).to.deep.equal(messages.map(({ value }) => value));
    });

    it('is refused with options that no idempotent producer takes, unless it is not to be one', () => {
      for (const [name, value] of [
        ['max.in.flight', 10],
        ['max.in.flight.requests.per.connection', 6],
        ['retries', 0],
        ['message.send.max.retries', 0],
      ] as const) {
        expect(() => clients.orderedProducer({ [name]: value }, 1), name)
          .to.throw(name)
          .with.property('code', 'invalid_option');
        clients.orderedProducer({ [name]: value, 'enable.idempotence': false }, 1);
      }
    });

    it('is sent by another producer after the broker has lost count of the records', async () => {
      kafka.fault({ api: 'Produce', times: 1 }, { error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' });
      const producer = clients.orderedProducer(options, 1);
      await producer.connect();
      let refusals = 0;
      const send = (): Promise<unknown> =>
        producer.send({ topic, acks: -1, messages }).catch(() => (++refusals < 5 ? send() : Promise.reject(new Error('refused for ever'))));
      await send();
      await producer.disconnect();
      expect(refusals).to.be.greaterThan(0);
      expect(values()).to.deep.equal(messages.map(({ value }) => value));
    });
  });
