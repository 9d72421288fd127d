import { setImmediate as turn } from 'node:timers/promises';
import { metrics as metricsApi } from '@opentelemetry/api';
import { MeterProvider, type GaugeMetricData } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { useEmbeddedSubscriptions } from '../../support/broker/embedded-subscriptions.ts';
import { Collector } from '../../support/collector.ts';
import { OnDemandReader } from '../../support/telemetry/on-demand-reader.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';

const [topic, groupId] = ['orders', 'packing'];

describe('the gauges of a subscription', () => {
  const broker = useEmbeddedSubscriptions({
    topic,
    partitions: 2,
    groupId,
    options: { concurrency: { keys: 4 }, retry: { attempts: 1, backoff: { initial: 20, jitter: 0, max: 20 } } },
  });
  const { client, started } = broker;
  afterEach('take the spans of all deliveries', () => void spans.takeAll());
  const { spans, metrics } = useTracing();
  const appended = (...values: readonly string[]): void =>
    void broker.kafka.topic(topic).append(
      0,
      values.map((value) => ({ key: value, value })),
    );
  /** Values by partition. */
  async function points(name: 'lag' | 'watermark_gap'): Promise<Readonly<Record<string, number>>> {
    const found = (await metrics()).get(`tracelink.delivery.${name}`) as GaugeMetricData | undefined;
    return Object.fromEntries(
      found?.dataPoints.map(({ value, attributes }) => [attributes['messaging.destination.partition.id'], value]) ?? [],
    );
  }
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    while (!(await holds())) await turn();
  };

  it('show the lag of each partition and the gap beyond its commit', async () => {
    appended('slow', 'a', 'b', 'c');
    const slow = Promise.withResolvers<void>();
    const subscription = await started(({ value }) => (String(value) === 'slow' ? slow.promise : undefined), { commitInterval: 5 });
    await until(async () => (await points('watermark_gap'))['0'] === 4);
    expect(await points('lag')).to.deep.equal({ 0: 4, 1: 0 });
    slow.resolve();
    await subscription.drain();
  });

  it('show each topic of one template by itself, with its blocked partitions', async () => {
    const admin = client().admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'others', numPartitions: 1 }] });
    await admin.disconnect();
    broker.kafka.topic('others').append(0, [{ value: 'poison' }, { value: 'a' }, { value: 'b' }]);
    appended('poison');
    const subscription = await started(() => Promise.reject(new Error('no')), {
      topics: [topic, 'others'],
      deadLetter: false,
      tracing: { topics: { [topic]: { destinationTemplate: 'family' }, others: { destinationTemplate: 'family' } } },
    });
    const blocked = new Collector<string>();
    subscription.on('blocked', (place) => blocked.add(place.topic));
    await blocked.all(topic, 'others');
    const byTopic = async (name: string): Promise<readonly unknown[]> =>
      ((await metrics()).get(`tracelink.delivery.${name}`) as GaugeMetricData).dataPoints
        .filter(({ attributes }) => attributes['messaging.destination.partition.id'] === '0')
        .map(({ attributes, value }) => [attributes['messaging.destination.name'], attributes['messaging.destination.template'], value]);
    expect(await byTopic('lag')).to.have.deep.members([
      [topic, 'family', 1],
      ['others', 'family', 3],
    ]);
    expect(await byTopic('blocked_partitions')).to.have.deep.members([
      [topic, 'family', 1],
      ['others', 'family', 1],
    ]);
  });

  it('show the gap of a partition that is blocked', async () => {
    appended('poison', 'a', 'b', 'c');
    const subscription = await started(({ value }) => (String(value) === 'poison' ? Promise.reject(new Error('no')) : undefined), {
      deadLetter: false,
    });
    await new Promise((resolve) => subscription.on('blocked', resolve));
    expect(await points('watermark_gap')).to.deep.equal({ 0: 4, 1: 0 });
  });

  it('show a lag that grows while the commit stays', async () => {
    broker.kafka.fault({ api: 'Produce', times: Infinity }, { error: 'TOPIC_AUTHORIZATION_FAILED' });
    appended('poison');
    const subscription = await started(() => Promise.reject(new Error('no')), { concurrency: { keys: 1 } });
    await new Promise((resolve) => subscription.on('blocked', resolve));
    expect(await points('lag')).to.deep.equal({ 0: 1, 1: 0 });
    appended('a', 'b');
    await until(async () => (await points('lag'))['0'] === 3);
  });

  it('show what is known of each partition once it is assigned, also of one that delivers nothing', async () => {
    appended('poison', 'a');
    const subscription = await started(({ value }) => (String(value) === 'poison' ? Promise.reject(new Error('no')) : undefined), {
      deadLetter: false,
    });
    await new Promise((resolve) => subscription.on('blocked', resolve));
    expect(await points('lag')).to.deep.equal({ 0: 2, 1: 0 });
    // Not fetched: the partition is paused.
    appended('b');
    broker.kafka.group(groupId).triggerRebalance();
    await until(async () => (await points('lag'))['0'] === 3);
    expect(await points('watermark_gap')).to.deep.equal({ 0: 2, 1: 0 });
  });

  it('are 0 in a partition that another member has got', async () => {
    for (const partition of [0, 1]) broker.kafka.topic(topic).append(partition, [{ value: 'poison' }, { value: 'a' }]);
    const options = { deadLetter: false } as const;
    const subscription = await started(() => Promise.reject(new Error('no')), options);
    const blocked = new Collector<number>();
    subscription.on('blocked', ({ partition }) => blocked.add(partition));
    await blocked.all(0, 1);
    expect(await points('lag')).to.deep.equal({ 0: 2, 1: 2 });
    await started(() => Promise.reject(new Error('no')), { ...options, tracing: { meterProvider: new MeterProvider() } });
    await until(
      async () =>
        Object.values(await points('lag'))
          .toSorted((one, other) => one - other)
          .join() === '0,2',
    );
  });

  it('stay as they were in a partition that a rebalance leaves here, until the broker says where it goes on', async () => {
    broker.kafka.topic(topic).append(0, [{ value: 'poison' }, { value: 'a' }]);
    const subscription = await started(() => Promise.reject(new Error('no')), { deadLetter: false });
    const blocked = new Collector<string>();
    subscription.on('blocked', ({ reason }) => blocked.add(reason));
    await blocked.all('no_dead_letters');
    broker.kafka.fault({ api: 'ListOffsets', times: Infinity }, { error: 'TOPIC_AUTHORIZATION_FAILED' });
    broker.kafka.group(groupId).triggerRebalance();
    await blocked.all('position_unknown');
    expect(await points('lag')).to.deep.equal({ 0: 2, 1: 0 });
  });

  it('show no lag in a partition that has nothing but a transaction that was aborted', async () => {
    const producer = client().producer({ transactionalId: 't', maxInFlightRequests: 1, idempotent: true });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ partition: 0, value: 'aborted' }] });
    await transaction.abort();
    await producer.disconnect();
    await started(() => {});
    // The broker is not asked again.
    broker.kafka.fault({ api: 'ListOffsets', times: Infinity }, { error: 'KAFKA_STORAGE_ERROR' });
    await until(async () => (await points('lag'))['0'] === 0);
  });

  it('report to an SDK that starts after the subscription, and are 0 after a drain', async () => {
    const current = metricsApi.getMeterProvider();
    metricsApi.disable();
    const got = new Collector();
    const subscription = await started(({ value }) => got.add(String(value)));
    metricsApi.setGlobalMeterProvider(current);
    appended('a');
    await until(async () => (await points('lag'))['0'] === 0);
    const later = new OnDemandReader();
    metricsApi.disable();
    metricsApi.setGlobalMeterProvider(new MeterProvider({ readers: [later] }));
    appended('b');
    await until(async () => (await later.points('tracelink.delivery.lag')).length > 0);
    appended('c');
    await got.all('c');
    await subscription.drain();
    expect((await later.points('tracelink.delivery.lag')).map(({ value }) => value)).to.deep.equal([0, 0]);
  });

  it('are 0 once the subscription has crashed: its partitions are no longer its own', async () => {
    appended('poison', 'a');
    const subscription = await started(() => Promise.reject(new Error('no')), { deadLetter: false });
    await new Promise((resolve) => subscription.on('blocked', resolve));
    expect(await points('lag')).to.deep.equal({ 0: 2, 1: 0 });
    const crashed = new Promise((resolve) => subscription.on('crash', resolve));
    for (const api of ['Heartbeat', 'JoinGroup'] as const)
      broker.kafka.fault({ api, times: Infinity }, { error: 'GROUP_AUTHORIZATION_FAILED' });
    await crashed;
    expect(await points('lag')).to.deep.equal({ 0: 0, 1: 0 });
  });
});
