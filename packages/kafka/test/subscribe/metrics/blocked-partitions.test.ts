import { setImmediate as turn } from 'node:timers/promises';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import type { BlockedPartition } from '../../../src/subscribe/partitions/partition-controller.ts';
import type { SubscribeOptions } from '../../../src/subscribe/subscribe-options.ts';
import type { Subscription } from '../../../src/subscribe/subscription.ts';
import { useEmbeddedSubscriptions } from '../../support/broker/embedded-subscriptions.ts';
import { Collector } from '../../support/collector.ts';
import { OnDemandReader } from '../../support/telemetry/on-demand-reader.ts';

const [topic, groupId] = ['orders', 'packing'];

describe('the gauge of blocked partitions', () => {
  const embedded = useEmbeddedSubscriptions({ topic, partitions: 2, groupId });
  let reader: OnDemandReader;
  beforeEach('start with empty metrics', () => {
    reader = new OnDemandReader();
  });
  const started = (handler: SubscribeOptions['handler'], options?: Partial<SubscribeOptions>): Promise<Subscription> =>
    embedded.started(handler, { ...options, tracing: { meterProvider: new MeterProvider({ readers: [reader] }) } });
  const blocked = async (): Promise<readonly unknown[]> =>
    (await reader.points('tracelink.delivery.blocked_partitions')).map(({ attributes, value }) => [
      attributes['messaging.destination.name'],
      attributes['messaging.consumer.group.name'],
      attributes['messaging.destination.partition.id'],
      attributes['tracelink.delivery.block_reason'],
      value,
    ]);

  it('says for how many it lasts, at each collection without another attempt, until it ends', async () => {
    const got = new Collector();
    let isFixed = false;
    const subscription = await started(
      ({ value }) => {
        if (!isFixed) throw new Error('no');
        got.add(String(value));
      },
      { deadLetter: false },
    );
    const told = new Collector<number>();
    subscription.on('blocked', ({ partition }) => told.add(partition));
    for (const partition of [0, 1]) embedded.kafka.topic(topic).append(partition, [{ value: `of ${partition}` }]);
    await told.all(0, 1);
    for (let collections = 0; collections < 2; collections++)
      expect(await blocked()).to.have.deep.members([
        [topic, groupId, '0', 'no_dead_letters', 1],
        [topic, groupId, '1', 'no_dead_letters', 1],
      ]);
    isFixed = true;
    subscription.resume();
    await got.all('of 0', 'of 1');
    expect(await blocked()).to.have.deep.members([
      [topic, groupId, '0', 'no_dead_letters', 0],
      [topic, groupId, '1', 'no_dead_letters', 0],
    ]);
  });

  it('counts a partition whose dead-letter record no broker takes while the write is repeated', async () => {
    const refused = embedded.kafka.fault({ api: 'Produce', times: Infinity }, { error: 'TOPIC_AUTHORIZATION_FAILED' });
    const subscription = await started(() => Promise.reject(new Error('no')));
    const told = new Collector();
    subscription.on('blocked', ({ reason }) => told.add(reason));
    embedded.kafka.topic(topic).append(0, [{ value: 'poison' }]);
    await told.until(({ length }) => length === 2);
    expect(await blocked()).to.deep.equal([[topic, groupId, '0', 'dead_letter_unwritable', 1]]);
    refused.remove();
    while (subscription.health().blocked.length > 0) await turn();
    expect(await blocked()).to.deep.equal([[topic, groupId, '0', 'dead_letter_unwritable', 0]]);
  });

  it('counts a partition of which the broker does not say where it goes on, which is told as blocked', async () => {
    const got = new Collector();
    const subscription = await started(async ({ value }) => {
      got.add(String(value));
      // So long that the log may have been replaced meanwhile.
      for (const since = performance.now(); String(value) === 'slow' && performance.now() - since < 200;) await turn();
    });
    const told = new Collector<BlockedPartition>();
    subscription.on('blocked', (partition) => told.add(partition));
    embedded.kafka.topic(topic).append(0, [{ value: 'slow' }]);
    await got.all('slow');
    const refused = embedded.kafka.fault({ api: 'ListOffsets', times: Infinity }, { error: 'TOPIC_AUTHORIZATION_FAILED' });
    embedded.kafka.topic(topic).append(0, [{ value: 'next' }]);
    await told.until(({ length }) => length > 0);
    expect(told.values[0]).to.include({ topic, reason: 'position_unknown', resumesAt: undefined });
    const points = (value: number): unknown[] =>
      told.values.map(({ partition }) => [topic, groupId, String(partition), 'position_unknown', value]);
    expect(await blocked()).to.have.deep.members(points(1));
    refused.remove();
    await got.all('next');
    expect(await blocked()).to.have.deep.members(points(0));
  });
});
