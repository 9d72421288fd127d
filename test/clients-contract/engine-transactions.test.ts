import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Subscription } from '@tracelink/kafka/subscribe';
import { produce } from '../../packages/kafka/test/support/broker/consume.ts';
import { useKafka } from '../../packages/kafka/test/support/broker/kafka.ts';
import { useSubscriptions } from '../../packages/kafka/test/support/broker/subscription.ts';
import { useTopics } from '../../packages/kafka/test/support/broker/topics.ts';
import { Collector } from '../../packages/kafka/test/support/collector.ts';
import { useTracing } from '../../packages/kafka/test/support/telemetry/tracing.ts';
import { engineClients } from './support/engine-clients.ts';

const values = (count: number) => Array.from({ length: count }, (_, index) => ({ value: String(index), partition: 0 }));

for (const client of engineClients) {
  describe(`subscribe on ${client.name} to a topic in which a transaction is open`, () => {
    const kafka = useKafka();
    const { subscribe, committed } = useSubscriptions(kafka, client);
    const topics = useTopics(kafka);
    afterEach('forget the spans', () => void spans.takeAll());
    const { spans } = useTracing();

    // `kafka-consumer-groups --reset-offsets --to-latest` commits it, and so does every member that reads uncommitted records.
    it('keeps a commit that is behind the records of the transaction', async () => {
      const topic = await kafka.createTopic(2);
      const groupId = kafka.groupId();
      await produce(kafka, topic, values(10));
      const transactional = { transactionalId: `open-${randomUUID()}`, maxInFlightRequests: 1, retry: { retries: 5 } };
      const transaction = await (await kafka.producer(transactional)).transaction();
      try {
        await transaction.send({ topic, messages: values(5) });
        await (await topics.admin()).setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '15' }] });
        const got = new Collector();
        const recreated: unknown[] = [];
        const member = async (): Promise<Subscription> => {
          const subscription = await subscribe(topic, ({ value }) => got.add(String(value)), { groupId });
          subscription.on('topic-recreated', (place) => recreated.push(place));
          return subscription;
        };
        /** Resolves when a member has opened the partitions, which it does with both at once. */
        const opened = async (value: string): Promise<void> => {
          await produce(kafka, topic, [{ value, partition: 1 }]);
          await got.all(value);
          expect((await committed(groupId, topic))[0]).to.equal('15');
        };
        await member();
        await opened('first');
        // What the first remembers of the partitions is compared with their logs again.
        await (await member()).drain();
        await opened('second');
        await transaction.abort();
        await produce(kafka, topic, [{ value: 'next', partition: 0 }]);
        await got.all('next');
        expect({ got: got.values, recreated }).to.deep.equal({ got: ['first', 'second', 'next'], recreated: [] });
      } finally {
        if (transaction.isActive()) await transaction.abort();
      }
    });
  });
}
