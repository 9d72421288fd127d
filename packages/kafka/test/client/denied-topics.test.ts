import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { clientsOf, type ClientMaker } from '../../src/client/client-maker.ts';
import { readRanges } from '../../src/client/read-ranges.ts';
import { deadLetterTopics } from '../../src/dead-letters/dead-letter-topics.ts';
import { diagnose } from '../../src/doctor/diagnose.ts';
import { confluentKafka, kafkajs, platformaticKafka } from '../support/broker/engine-client.ts';

const denial = { error: 'TOPIC_AUTHORIZATION_FAILED' } as const;
const readable = ['invoices', 'orders', 'payments', 'shipments'];

for (const client of [kafkajs, platformaticKafka, confluentKafka])
  describe(`a topic that the account may not read, by ${client.name}`, () => {
    let broker: EmbeddedKafka;
    let kafka: ClientMaker;
    beforeEach('start a broker with a record in every topic', async () => {
      broker = await EmbeddedKafka.start({ topics: { secret: 1, ...Object.fromEntries(readable.map((topic) => [topic, 2])) } });
      kafka = client.clients(broker.brokers);
      for (const topic of ['secret', ...readable]) append(topic);
      broker.fault({ api: 'Fetch', topic: 'secret', times: Infinity }, denial);
    });
    afterEach(() => broker.stop());

    const append = (topic: string): void => void broker.topic(topic).append(0, [{ value: 'v' }]);

    it('does not keep those beside it from being read, each record once', async () => {
      const read: string[] = [];
      const ranges = ['secret', ...readable].map((topic) => ({ topic, partition: 0, start: 0n, end: 1n }));
      const left = await readRanges(clientsOf('the test', kafka), 'reader', ranges, undefined, (topic) => void read.push(topic));
      expect(left).to.deep.equal([{ topic: 'secret', partition: 0, start: 0n, end: 1n }]);
      expect(read.sort()).to.deep.equal(readable);
    });

    it('is not read to its end in a diagnosis of several', async () => {
      const { healthy, topics } = await diagnose(kafka, { topics: ['orders', 'secret'] });
      expect(healthy).to.equal(false);
      expect(
        topics.map(({ topic, records, unreadPartitions, findings }) => [
          topic,
          records,
          unreadPartitions,
          findings.map(({ rule }) => rule),
        ]),
      ).to.deep.equal([
        ['orders', 1, 0, ['no-context']],
        ['secret', 0, 1, []],
      ]);
    });

    it('is not read to its end in a diagnosis where the others are empty', async () => {
      await using other = await EmbeddedKafka.start({ topics: { secret: 1, empty: 1 } });
      other.topic('secret').append(0, [{ value: 'v' }]);
      other.fault({ api: 'Fetch', topic: 'secret', times: Infinity }, denial);
      const { topics } = await diagnose(client.clients(other.brokers));
      expect(topics.map(({ topic, unreadPartitions }) => [topic, unreadPartitions])).to.deep.equal([
        ['empty', 0],
        ['secret', 1],
      ]);
    });

    it('has a diagnosis of it alone reject with its name', async () => {
      const error: unknown = await diagnose(kafka, { topics: ['secret'] }).catch((reason: unknown) => reason);
      expect(error).to.include({ type: denial.error });
      expect((error as Error).message).to.equal('The account may not read the topic "secret": allow it (READ).');
    });

    for (const others of [[], ['orders.dlq']])
      it(`stands in the list of dead-letter topics beside ${others.length} others`, async () => {
        const all = [...others, 'secret.dlq'];
        await using other = await EmbeddedKafka.start({ topics: Object.fromEntries(all.map((topic) => [topic, 1])) });
        for (const topic of all) other.topic(topic).append(0, [{ value: 'v', timestamp: 1_000 }]);
        other.fault({ api: 'Fetch', topic: 'secret.dlq', times: Infinity }, denial);
        const engine = clientsOf('the test', client.clients(other.brokers));
        const admin = engine.admin();
        await admin.connect();
        const found = await deadLetterTopics(engine, admin, new AbortController().signal);
        await admin.disconnect();
        expect(found.map(({ topic, records, newest }) => [topic, records, newest])).to.deep.equal([
          ...others.map((topic) => [topic, 1, 1_000]),
          ['secret.dlq', 1, undefined],
        ]);
      });
  });
