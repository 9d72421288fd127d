import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import type { IHeaders } from 'kafkajs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { Collector } from '../support/collector.ts';
import { produce } from '../support/broker/consume.ts';
import { textHeaders, useKafka } from '../support/broker/kafka.ts';
import { useSubscriptions } from '../support/broker/subscription.ts';
import { OnDemandReader } from '../support/telemetry/on-demand-reader.ts';

describe('a subscription without an SDK', () => {
  const kafka = useKafka();
  const { subscribe } = useSubscriptions(kafka);
  before('no other suite has left one', () => {
    for (const api of [context, metrics, propagation, trace]) api.disable();
  });
  const headers: IHeaders = {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    tracestate: 'vendor=1',
    b3: '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1',
    'X-B3-TraceId': '0af7651916cd43dd8448eb211c80319c',
    'uber-trace-id': '0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331:0:1',
    'tracelink-origin': '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'tracelink-failed-attempt': '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    baggage: 'tenant=7',
    mine: 'own',
  };

  it('keeps every header through a retry topic and a dead-letter topic', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ key: 'k', value: 'v', headers }]);
    const seen: unknown[] = [];
    const subscription = await subscribe(
      topic,
      (message) => {
        seen.push(textHeaders(message.headers));
        throw new Error('no');
      },
      { retry: { attempts: 1 }, retryTopics: { delays: ['50ms'] } },
    );
    const dead = new Collector();
    subscription.on('dead-letter', ({ deadLetterTopic }) => dead.add(deadLetterTopic));
    await dead.until((topics) => topics.length === 1);
    await subscription.drain();
    const [record] = await kafka.read(dead.values[0] as string, 1);
    expect(textHeaders(record?.headers)).to.include(headers);
    expect(seen).to.have.length(2);
    for (const handed of seen) expect(handed).to.include(headers);
  });

  it('records how long its handlers took with a meter provider alone', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: 'v' }]);
    const reader = new OnDemandReader();
    const subscription = await subscribe(topic, () => Promise.reject(new RangeError('no')), {
      tracing: { meterProvider: new MeterProvider({ readers: [reader] }) },
    });
    const dead = new Collector();
    subscription.on('dead-letter', ({ deadLetterTopic }) => dead.add(deadLetterTopic));
    await dead.until((topics) => topics.length === 1);
    await subscription.drain();
    const [point, ...others] = await reader.points('messaging.process.duration');
    expect(others).to.deep.equal([]);
    expect(point?.attributes).to.include({ 'messaging.destination.name': topic, 'error.type': 'RangeError' });
    expect(point?.value).to.have.property('count', 1);
  });
});
