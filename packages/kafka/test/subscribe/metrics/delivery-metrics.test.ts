import { context as contextApi, trace } from '@opentelemetry/api';
import { MeterProvider, type HistogramMetricData, type SumMetricData } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { produce } from '../../support/broker/consume.ts';
import { useKafka } from '../../support/broker/kafka.ts';
import { useSubscriptions } from '../../support/broker/subscription.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';

describe('the metrics of a subscription', () => {
  const kafka = useKafka();
  const { subscribe } = useSubscriptions(kafka);
  const { spans, metrics } = useTracing();

  it('count attempts by outcome, dead-letter records and messages in flight, and time delays, with bounded attributes only', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    const timestamp = String(Date.now() - 5_000);
    await produce(kafka, topic, [
      { key: 'good', value: 'good', timestamp },
      { key: 'poison', value: 'poison', timestamp: String(Date.now() + 3_600_000) },
    ]);
    const dead = Promise.withResolvers<void>();
    const subscription = await subscribe(topic, ({ value }) => (String(value) === 'good' ? undefined : Promise.reject(new Error('no'))), {
      groupId,
      retry: { attempts: 2, backoff: { initial: 20, jitter: 0 } },
    });
    subscription.on('dead-letter', () => dead.resolve());
    await dead.promise;
    await subscription.drain();
    spans.takeAll();

    const recorded = await metrics();
    const sums = (name: string): readonly (readonly [unknown, number])[] =>
      (recorded.get(`tracelink.delivery.${name}`) as SumMetricData).dataPoints.map(({ attributes, value }) => [
        attributes['tracelink.delivery.outcome'],
        value,
      ]);
    expect(sums('attempts')).to.have.deep.members([
      ['handled', 1],
      ['retry', 1],
      ['dead_lettered', 1],
    ]);
    expect(sums('dead_letters')).to.deep.equal([[undefined, 1]]);
    expect(sums('in_flight')).to.deep.equal([[undefined, 0]]);
    const [queued] = (recorded.get('tracelink.delivery.queue_time') as HistogramMetricData).dataPoints;
    // The other one comes from a clock that is ahead.
    expect(queued?.value.count).to.equal(1);
    expect(queued?.value.sum).to.be.within(5, 60);
    const [waited] = (recorded.get('tracelink.delivery.retry_wait') as HistogramMetricData).dataPoints;
    expect(waited?.value).to.deep.include({ count: 1, sum: 0.02 });
    const [done] = (recorded.get('tracelink.delivery.end_to_end_duration') as HistogramMetricData).dataPoints;
    expect(done?.value.count).to.equal(1);
    expect(done?.value.sum).to.be.within(5, 60);
    expect(recorded.get('tracelink.delivery.queue_time')?.descriptor.unit).to.equal('s');
    for (const time of [queued, waited, done])
      expect(time?.attributes).to.deep.equal({ 'messaging.destination.name': topic, 'messaging.consumer.group.name': groupId });
  });

  it('count rare events from 0, under the attributes of the first one', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    const counters = ['dead_letters', 'records_removed', 'topics_recreated', 'circuit_opens', 'expulsions'];
    const counted = async (): Promise<readonly unknown[]> => {
      const recorded = await metrics();
      return counters.map((name) =>
        recorded.get(`tracelink.delivery.${name}`)?.dataPoints.map(({ attributes, value }) => [attributes, value]),
      );
    };
    const ofGroup = { 'messaging.consumer.group.name': groupId };
    const ofTopic = { 'messaging.destination.name': topic, ...ofGroup };
    const begun = Promise.withResolvers<void>();
    const failing = Promise.withResolvers<void>();
    await produce(kafka, topic, [{ value: 'poison' }]);
    const subscription = await subscribe(topic, () => (begun.resolve(), failing.promise), { groupId, retry: { attempts: 1 } });
    const dead = new Promise((resolve) => subscription.on('dead-letter', resolve));
    await begun.promise;
    const others = [[[ofTopic, 0]], [[ofTopic, 0]], [[ofGroup, 0]], [[ofGroup, 0]]];
    expect(await counted()).to.deep.equal([[[ofTopic, 0]], ...others]);
    failing.reject(new Error('no'));
    await dead;
    await subscription.drain();
    expect(await counted()).to.deep.equal([[[ofTopic, 1]], ...others]);
    spans.takeAll();
  });

  it('are recorded in the span of the attempt when they are times, so that exemplars lead to it', async () => {
    const topic = await kafka.createTopic();
    await produce(kafka, topic, [{ value: '1' }]);
    const provider = new MeterProvider();
    const recorded: (readonly [metric: string, spanId: string | undefined])[] = [];
    const meterProvider: Pick<MeterProvider, 'getMeter'> = {
      getMeter(...names) {
        const meter = provider.getMeter(...names);
        meter.createHistogram = (name) => ({
          record: (_value, _attributes, context = contextApi.active()) => void recorded.push([name, trace.getSpanContext(context)?.spanId]),
        });
        return meter;
      },
    };
    const done = Promise.withResolvers<void>();
    const subscription = await subscribe(topic, (_, { attempt }) => (attempt === 1 ? Promise.reject(new Error('no')) : done.resolve()), {
      tracing: { meterProvider },
    });
    await done.promise;
    await subscription.drain();
    const [first, second] = spans.takeAll().map((span) => span.spanContext().spanId);
    expect(recorded).to.have.deep.members([
      ['tracelink.delivery.queue_time', first],
      ['messaging.process.duration', first],
      ['tracelink.delivery.retry_wait', second],
      ['tracelink.delivery.end_to_end_duration', second],
      ['messaging.process.duration', second],
    ]);
  });
});
