import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { subscribe, type Subscription } from '../../src/subscribe/index.ts';
import { Collector } from '../support/collector.ts';
import { useTracing } from '../support/telemetry/tracing.ts';

/**
 * kafkajs (2.2.4) commits at the broker at which it joined. A new coordinator that is still loading refuses the join, after which kafkajs
 * sends heartbeats to the new one and goes on committing at the old one.
 */
describe('a group whose new coordinator is still loading when members join again', () => {
  afterEach('forget the spans', () => void spans.takeAll());
  const { spans } = useTracing();
  const values = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => ({ value: `${prefix}${index}` }));

  async function subscribed(broker: EmbeddedKafka, got: Collector<string>): Promise<Subscription> {
    const retry = { initialRetryTime: 20, maxRetryTime: 50, retries: 5 };
    return subscribe(new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING, retry }), {
      groupId: 'g',
      topics: ['orders'],
      fromBeginning: true,
      consumer: { maxWaitTimeInMs: 50, heartbeatInterval: 50, metadataMaxAge: 200 },
      commitInterval: 20,
      handler: ({ value }) => got.add(String(value)),
    });
  }

  it('is committed to, and delivers every record', async () => {
    await using broker = await EmbeddedKafka.start({ brokers: 3, topics: { orders: 1 } });
    const got = new Collector<string>();
    await using subscription = await subscribed(broker, got);
    for (const nodeId of [1, 2, 3]) {
      broker.topic('orders').append(0, values(`${nodeId}-before-`, 5));
      await got.until((all) => all.includes(`${nodeId}-before-4`));
      const loading = broker.fault({ api: 'JoinGroup' }, { error: 'COORDINATOR_LOAD_IN_PROGRESS' });
      broker.group('g').moveCoordinator(nodeId);
      broker.topic('orders').append(0, values(`${nodeId}-after-`, 5));
      await got.until((all) => all.includes(`${nodeId}-after-4`));
      while ((await subscription.lag()).some(({ lag }) => lag > 0n));
      loading.remove();
    }
    expect(new Set(got.values).size).to.equal(30);
  });

  it('is joined again while its partitions wait for a commit, and no record comes', async () => {
    await using broker = await EmbeddedKafka.start({ brokers: 2, topics: { orders: 1 } });
    // The first commit of a new group, and those after it, at a broker that no longer coordinates it.
    const misdirected = broker.fault({ api: 'OffsetCommit', times: Infinity }, { error: 'NOT_COORDINATOR' });
    const joins: unknown[] = [];
    broker.on('JoinGroup', (request, next) => {
      joins.push(request);
      if (joins.length > 2) misdirected.remove();
      return next();
    });
    await using subscription = await subscribed(broker, new Collector());
    expect(subscription.health()).to.include({ ok: true, state: 'running' });
    expect(broker.group('g').committedOffsets()).to.have.lengthOf(1);
  });
});
