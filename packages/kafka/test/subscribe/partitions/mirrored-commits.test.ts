import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { subscribe } from '../../../src/subscribe/subscribe.ts';
import { Collector } from '../../support/collector.ts';

const [topic, groupId] = ['orders', 'packing'];
const client = ({ brokers }: EmbeddedKafka): Kafka => new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 20 } });

/** Commits in a group as a mirror does: another offset, unchanged metadata. */
async function commit(kafka: Kafka, offset: string, metadata: string): Promise<void> {
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 20 });
  await consumer.connect();
  await consumer.subscribe({ topic });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.run({ autoCommit: false, eachMessage: async () => {} });
  await joined;
  consumer.pause([{ topic }]);
  await consumer.commitOffsets([{ topic, partition: 0, offset, metadata }]);
  await consumer.disconnect();
}

describe('a commit that a mirror has copied from another cluster', () => {
  for (const [name, { sent, stuck, mirrored, own }] of Object.entries({
    'a lower offset': { sent: 10, stuck: [5], mirrored: 1, own: 0 },
    'a lower offset, two keys stuck': { sent: 300, stuck: [150, 170], mirrored: 102, own: 0 },
    'the same offset of other records': { sent: 40, stuck: [12], mirrored: 12, own: 11 },
  }))
    it(`loses none of the records that its metadata marks as completed: ${name}`, async () => {
      await using first = await EmbeddedKafka.start({ topics: { [topic]: 1 } });
      await using second = await EmbeddedKafka.start({ topics: { [topic]: 1 } });
      // All with one timestamp, as the records of one send: no timestamp distinguishes them.
      const timestamp = Date.now();
      const records = Array.from({ length: sent }, (_, index) => ({ key: String(index), value: String(index), timestamp }));
      first.topic(topic).append(0, records);
      if (own > 0)
        second.topic(topic).append(
          0,
          Array.from({ length: own }, (_, index) => ({ value: `own ${index}`, timestamp })),
        );
      second.topic(topic).append(0, records);

      const got = new Collector<number>();
      const onFirst = await subscribe(client(first), {
        groupId,
        topics: [topic],
        fromBeginning: true,
        concurrency: { keys: 32 },
        consumer: { maxWaitTimeInMs: 20 },
        handler: ({ value }, { signal }) => {
          if (!stuck.includes(Number(value))) return got.add(Number(value));
          return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
        },
      });
      await got.until((values) => values.length === sent - stuck.length);
      await onFirst.drain({ grace: 0, timeout: 200 });
      const [committed] = first.group(groupId).committedOffsets();
      expect(String(committed?.offset)).to.equal(String(stuck[0]));
      expect(committed?.metadata).to.match(/^tracelink\/2 \S+ \S+ 1\+/);
      await commit(client(second), String(mirrored), committed?.metadata ?? '');

      const again = new Collector();
      const onSecond = await subscribe(client(second), {
        groupId,
        topics: [topic],
        concurrency: { keys: 32 },
        consumer: { maxWaitTimeInMs: 20 },
        handler: ({ value }) => again.add(String(value)),
      });
      const expected = [...Array.from({ length: own }, (_, index) => `own ${index}`), ...records.map(({ value }) => value)].slice(mirrored);
      await again.all(...expected);
      expect(again.values.toSorted()).to.deep.equal(expected.toSorted());
      await onSecond.drain();
    });
});
