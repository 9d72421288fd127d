import { expect } from 'chai';
import type { Consumer, ConsumerRunConfig } from 'kafkajs';
import { wrapConsumer } from '../../src/consumer/wrap-consumer.ts';
import { useKafka } from '../support/broker/kafka.ts';

/** Takes a handler's promise away from kafkajs, as New Relic's layer does; test/agents has the agent itself. */
function withoutWaiting(consumer: Consumer): Consumer {
  const run = consumer.run.bind(consumer);
  consumer.run = ({ eachMessage, ...config }: ConsumerRunConfig = {}) =>
    run({ ...config, eachMessage: async (payload) => void eachMessage?.(payload) });
  return consumer;
}

describe('a handler that kafkajs does not wait for', () => {
  const kafka = useKafka();

  /** The warnings of a consumer of `partitions` partitions whose handlers end when all of the messages have come. */
  async function warningsOf(make: (consumer: Consumer) => Consumer, partitions: number, config: ConsumerRunConfig = {}): Promise<string[]> {
    const topic = await kafka.createTopic(partitions);
    const producer = await kafka.producer();
    await producer.send({ topic, messages: [0, 1, 2].map((index) => ({ value: '1', partition: index % partitions })) });
    const consumer = make(await kafka.consumer());
    await consumer.subscribe({ topic, fromBeginning: true });
    const warnings: string[] = [];
    const keep = (warning: Error & { code?: string }): void => void warnings.push(`${warning.code}: ${warning.message}`);
    process.on('warning', keep);
    const [all, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let [came, done] = [0, 0];
    await wrapConsumer(consumer).run({
      ...config,
      async eachMessage() {
        if (++came === 3) all.resolve();
        if (make === withoutWaiting || partitions === 3) await all.promise;
        if (++done === 3) ended.resolve();
      },
    });
    await ended.promise;
    await consumer.stop();
    process.off('warning', keep);
    return warnings.filter((text) => text.startsWith('TRACELINK'));
  }

  it('is told in one process warning that names the topic and what helps (B2)', async () => {
    const warnings = await warningsOf(withoutWaiting, 1);
    expect(warnings).to.have.lengthOf(1);
    expect(warnings[0])
      .to.match(/^TRACELINK_HANDLER_NOT_AWAITED: two handlers of one partition of the topic "test-/)
      .and.contain('kafkajs_instrumentation')
      .and.contain('subscribe()');
  });

  it('is not told where handlers follow each other', async () => {
    expect(await warningsOf((consumer) => consumer, 1)).to.deep.equal([]);
  });

  it('is not told where handlers of several partitions run at once, as asked', async () => {
    expect(await warningsOf((consumer) => consumer, 3, { partitionsConsumedConcurrently: 3 })).to.deep.equal([]);
  });
});
