import { expect } from 'chai';
import { forEachMessage } from '../../src/consumer/for-each-message.ts';
import { committedOffset, consumeBatches, produce } from '../support/broker/consume.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('forEachMessage of a wrapped consumer of kafkajs', () => {
  const kafka = useKafka();
  const { spans } = useTracing();

  for (const [autoCommit, offset] of [
    [true, '3'],
    [false, '-1'],
  ] as const)
    it(`${autoCommit ? 'commits' : 'commits nothing'} at the threshold of a consumer with autoCommit ${autoCommit}`, async () => {
      const [topic, groupId] = [await kafka.createTopic(), kafka.groupId()];
      await produce(kafka, topic, [{ value: '0' }, { value: '1' }, { value: '2' }]);
      const handled = Promise.withResolvers<void>();
      const consumer = await consumeBatches(
        kafka,
        topic,
        async (payload) => {
          await forEachMessage(payload, () => {});
          if (payload.batch.lastOffset() === '2') handled.resolve();
        },
        { client: { groupId }, run: { autoCommit, autoCommitThreshold: 1 } },
      );
      await handled.promise;
      await consumer.disconnect();
      spans.takeAll();
      expect(await committedOffset(kafka, groupId, topic)).to.equal(offset);
    });
});
