import type { KafkaPropagation } from '@tracelink/propagation';
import { expect } from 'chai';
import { forEachMessage } from '../../src/consumer/for-each-message.ts';
import { wrapConsumer } from '../../src/consumer/wrap-consumer.ts';
import { committedOffset, consumeBatches, produce } from '../support/broker/consume.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { copied, received, StubConsumer } from '../support/stubs/stub-consumer.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

describe('forEachMessage in a consumer that stops', () => {
  const kafka = useKafka();
  const { spans, warnings } = useTracing();
  const ten = Array.from({ length: 10 }, (_, index) => ({ value: String(index) }));

  it('loses nothing when the consumer stops in the middle of a batch, although kafkajs would resolve all of it', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await produce(kafka, topic, ten);
    const handled: string[] = [];
    const stopped = Promise.withResolvers<void>();
    const first = await consumeBatches(
      kafka,
      topic,
      (payload) =>
        forEachMessage(payload, ({ value }) => {
          handled.push(String(value));
          if (handled.length === 3) first.stop().then(stopped.resolve, stopped.reject);
        }),
      { client: { groupId } },
    );
    await stopped.promise;
    await first.disconnect();
    expect(handled).to.deep.equal(['0', '1', '2']);

    const all = Promise.withResolvers<void>();
    await consumeBatches(
      kafka,
      topic,
      (payload) =>
        forEachMessage(payload, ({ value }) => {
          if (handled.push(String(value)) === 10) all.resolve();
        }),
      { client: { groupId } },
    );
    await all.promise;
    await spans.waitFor(({ attributes }) => attributes['messaging.batch.message_count'] === 7);
    expect(handled).to.deep.equal(ten.map(({ value }) => value));
    spans.takeAll();
  });

  it('loses nothing when the consumer stops in the middle of a batch whose span could not be started', async () => {
    const [topic, groupId] = [await kafka.createTopic(), kafka.groupId()];
    await produce(kafka, topic, ten);
    let handled = 0;
    const stopped = Promise.withResolvers<void>();
    const consumer = await consumeBatches(
      kafka,
      topic,
      (payload) =>
        forEachMessage(payload, () => {
          if (++handled === 3) consumer.stop().then(stopped.resolve, stopped.reject);
        }),
      { client: { groupId }, options: { propagation: failing } },
    );
    await stopped.promise;
    await consumer.disconnect();
    expect([handled, await committedOffset(kafka, groupId, topic)]).to.deep.equal([3, '3']);
    expect(warnings.join()).to.include('starting a batch span failed');
  });

  it('leaves the rest of the batch to a later fetch when the consumer stops, also when it is given copies of the messages', async () => {
    expect(await resolvedOfStopped()).to.deep.equal(['1']);
    spans.takeAll();
  });
});

// No suite here leaves anything registered.
describe('forEachMessage in a consumer that stops, without an SDK', () => {
  it('leaves the rest of the batch to a later fetch, also when it is given copies of the messages', async () => {
    expect(await resolvedOfStopped()).to.deep.equal(['1']);
  });
});

/** What is resolved of two messages when the consumer stops at the first, and the handler copies them. */
async function resolvedOfStopped(): Promise<readonly string[]> {
  const client = new StubConsumer();
  let isRunning = true;
  await wrapConsumer(client).run({ eachBatch: (payload) => forEachMessage(copied(payload), () => (isRunning = false)) });
  await client.deliverBatch([received({ offset: '1' }), received({ offset: '2' })], { isRunning: () => isRunning });
  return client.resolved;
}

/** A propagation that throws. */
const fail = (): never => {
  throw new TypeError('unreadable');
};
const failing: KafkaPropagation = {
  extract: fail,
  creationContext: () => undefined,
  droppedContexts: () => [],
  kept: (headers) => headers,
  injection: fail,
};
