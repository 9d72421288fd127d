import { setImmediate as turn } from 'node:timers/promises';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import type { SubscribeOptions } from '../../../src/subscribe/subscribe-options.ts';
import { subscribe } from '../../../src/subscribe/subscribe.ts';
import type { Subscription } from '../../../src/subscribe/subscription.ts';
import { Collector } from '../../support/collector.ts';
import { OnDemandReader } from '../../support/telemetry/on-demand-reader.ts';

const [topic, groupId] = ['orders', 'packing'];
const deadLetterTopic = `${topic}.${groupId}.dead-letter`;

describe('the metrics of a message whose outcome is decided after its attempt', () => {
  let kafka: EmbeddedKafka;
  let reader: OnDemandReader;
  let subscription: Subscription;
  beforeEach('start a broker', async () => {
    kafka = await EmbeddedKafka.start({ topics: { [topic]: 1 } });
    reader = new OnDemandReader();
  });
  afterEach('end all', async () => {
    await subscription.drain({ grace: 0, timeout: 0 });
    await kafka.stop();
  });

  /** Subscribes with a meter alone, and appends one message. @returns what happens to it */
  async function started(handler: SubscribeOptions['handler']): Promise<Collector> {
    const events = new Collector();
    subscription = await subscribe(new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }), {
      groupId,
      topics: [topic],
      fromBeginning: true,
      consumer: { maxWaitTimeInMs: 20, heartbeatInterval: 20 },
      retry: { attempts: 1, backoff: { initial: 20, jitter: 0, max: 200 } },
      drain: { grace: 0, timeout: 20 },
      tracing: { meterProvider: new MeterProvider({ readers: [reader] }) },
      handler,
    });
    for (const event of ['blocked', 'dead-letter'] as const) subscription.on(event, () => events.add(event));
    kafka.topic(topic).append(0, [{ value: 'x' }]);
    return events;
  }
  const abandoned = async (): Promise<void> => {
    kafka.group(groupId).triggerRebalance();
    while (subscription.health().inFlight === 1) await turn();
  };
  const deadLetters = async (): Promise<unknown> => (await reader.points('tracelink.delivery.dead_letters')).map(({ value }) => value);

  it('count its dead-letter record when a later batch writes it', async () => {
    const refused = kafka.fault({ api: 'Produce', topic: deadLetterTopic, times: 1_000 }, { error: 'TOPIC_AUTHORIZATION_FAILED' });
    const events = await started(() => Promise.reject(new Error('no')));
    await events.all('blocked');
    expect(await deadLetters()).to.deep.equal([0]);
    refused.remove();
    await events.all('dead-letter');
    expect(await deadLetters()).to.deep.equal([1]);
  });

  it('count its dead-letter record when its handler fails after it was abandoned', async () => {
    const events = await started(async (_, { deadLetter }) => {
      await abandoned();
      deadLetter('unknown sku');
    });
    await events.all('dead-letter');
    expect(await deadLetters()).to.deep.equal([1]);
  });

  it('time it when its handler ends after it was abandoned', async () => {
    const next = Promise.withResolvers<void>();
    await started(({ offset }) => (offset === '0' ? abandoned() : next.resolve()));
    kafka.topic(topic).append(0, [{ value: 'next' }]);
    await next.promise;
    await subscription.drain();
    const [time] = await reader.points('tracelink.delivery.end_to_end_duration');
    expect(time?.value).to.include({ count: 2 });
  });
});
