import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { kafkaPropagation, type Trust } from '@tracelink/propagation';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import type { BlockedPartition } from '../../../src/subscribe/partitions/partition-controller.ts';
import { subscribe } from '../../../src/subscribe/subscribe.ts';
import { Collector } from '../../support/collector.ts';
import { a } from '../../support/telemetry/creation-contexts.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';

const [topic, groupId] = ['orders', 'packing'];
const deadLetterTopic = `${topic}.${groupId}.dead-letter`;

describe('a dead-letter record that a later batch writes, as no broker acknowledged it', () => {
  const { spans } = useTracing();

  /** Its headers, with what the `send` span that wrote it is in a `traceparent`. */
  async function writtenLater(trust: Trust): Promise<{ readonly headers: Readonly<Record<string, string>>; readonly ofSend: string }> {
    await using kafka = await EmbeddedKafka.start({ topics: { [topic]: 1 } });
    const client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 20, retries: 5 } });
    const subscription = await subscribe(client, {
      groupId,
      topics: [topic],
      fromBeginning: true,
      consumer: { maxWaitTimeInMs: 20 },
      retry: { attempts: 1, backoff: { initial: 20, jitter: 0, max: 200 } },
      tracing: { propagation: kafkaPropagation({ inject: ['w3c'], trust: (from) => (from === topic ? trust : 'trusted') }) },
      handler: () => {
        throw new Error('no');
      },
    });
    const [refusals, written] = [new Collector<BlockedPartition>(), new Collector()];
    subscription.on('blocked', (blocked) => refusals.add(blocked));
    subscription.on('dead-letter', ({ offset }) => written.add(offset));
    const refused = kafka.fault({ api: 'Produce', topic: deadLetterTopic, times: 1_000 }, { error: 'TOPIC_AUTHORIZATION_FAILED' });
    kafka.topic(topic).append(0, [{ value: 'x', headers: { traceparent: a.traceparent, baggage: 'tenant=admin' } }]);
    // The second time it is no attempt's write any more.
    await refusals.until((all) => all.length === 2);
    refused.remove();
    await written.all('0');
    // Then every span has ended.
    await subscription.drain();
    const [record] = kafka.topic(deadLetterTopic).records(0);
    const send = spans.takeAll().findLast(({ name, status }) => name === `send ${deadLetterTopic}` && status.code !== 2);
    const { traceId, spanId } = send?.spanContext() ?? {};
    return {
      headers: Object.fromEntries((record?.headers ?? []).map(({ key, value }) => [String(key), String(value)])),
      ofSend: `00-${traceId}-${spanId}-01`,
    };
  }

  it('is the next hop of the record that failed', async () => {
    const { headers, ofSend } = await writtenLater('trusted');
    expect(headers['traceparent']).to.equal(ofSend).and.include(a.traceId);
    expect(headers).to.include({ 'tracelink-origin': a.traceparent, baggage: 'tenant=admin' });
    expect(headers['tracelink-trace']).to.match(/^hops=2;/);
  });

  it('has nothing of the trace and the baggage of a sender that is ignored', async () => {
    const { headers, ofSend } = await writtenLater('ignore');
    expect(headers['traceparent']).to.equal(ofSend).and.not.include(a.traceId);
    expect(headers).to.not.have.property('baggage');
  });
});
