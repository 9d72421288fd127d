import type { HistogramMetricData, SumMetricData } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { produce } from '../support/consume.ts';
import { useKafka } from '../support/kafka.ts';
import { useSubscriptions } from '../support/subscription.ts';
import { useTracing } from '../support/tracing.ts';

describe('the metrics of a subscription', () => {
  const kafka = useKafka();
  const { subscribe } = useSubscriptions(kafka);
  const { spans, metrics } = useTracing();

  it('count attempts by how they ended, dead letters and what is in flight, and time waits, with no attribute without a bound', async () => {
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
    expect(recorded.get('tracelink.delivery.queue_time')?.descriptor.unit).to.equal('s');
    expect(queued?.attributes).to.deep.include({ 'messaging.destination.name': topic, 'messaging.consumer.group.name': groupId });
    for (const name of ['kafka.offset', 'messaging.destination.partition.id', 'kafka.message.key'])
      expect(queued?.attributes).not.to.have.property(name);
  });
});
