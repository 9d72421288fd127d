import { expect } from 'chai';
import { CompletedOffsets } from '../../../src/subscribe/partitions/completed-offsets.ts';
import { openLog } from '../../../src/subscribe/partitions/open-log.ts';
import { PartitionLog } from '../../../src/subscribe/partitions/partition-log.ts';
import type { Subscription } from '../../../src/subscribe/subscription.ts';
import { useEmbeddedSubscriptions } from '../../support/broker/embedded-subscriptions.ts';
import { Collector } from '../../support/collector.ts';

const [topic, groupId] = ['orders', 'packing'];

describe('records that the broker removed', () => {
  const broker = useEmbeddedSubscriptions({ topic, partitions: 1, groupId, options: { deadLetter: false, concurrency: { keys: 4 } } });
  const got = new Collector();
  const removed = new Collector<object>();

  /** All but poison is handled, and the first records are then removed, poison among them. */
  function started(): Promise<Subscription> {
    return broker.started(
      ({ value }) => {
        if (String(value) === 'poison') throw new Error('no');
        got.add(String(value));
      },
      {
        // The next member opens its partitions before a listener can be added.
        log: { info: () => {}, warn: (fields, message) => (message.startsWith('The broker removed') ? removed.add(fields) : undefined) },
      },
    );
  }
  async function blocked(): Promise<Subscription> {
    const subscription = await started();
    const isBlocked = new Promise((resolve) => subscription.on('blocked', resolve));
    broker.kafka.topic(topic).append(
      0,
      ['first', 'poison', 'a', 'b', 'c'].map((value) => ({ key: value, value })),
    );
    await isBlocked;
    const admin = broker.client().admin();
    await admin.connect();
    // kafkajs must have requested the topic's metadata before.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '4' }] });
    await admin.disconnect();
    removed.values.length = 0;
    return subscription;
  }

  it('are reported without those that were handled, and no longer block their partition', async () => {
    const subscription = await blocked();
    broker.kafka.group(groupId).triggerRebalance();
    await removed.until(({ length }) => length > 0);
    expect(removed.values).to.deep.equal([{ topic, partition: 0, from: '1', to: '2', count: 1 }]);
    broker.kafka.topic(topic).append(0, [{ value: 'live' }]);
    await got.all('live');
    expect(subscription.health()).to.deep.include({ ok: true, blocked: [] });
  });

  it('are reported by the next member without those that the one before handled', async () => {
    await (await blocked()).drain();
    await started();
    broker.kafka.topic(topic).append(0, [{ value: 'later' }]);
    await got.all('later');
    expect(removed.values).to.deep.equal([{ topic, partition: 0, from: '1', to: '2', count: 1 }]);
  });

  it('are not lost when this process handled them and its commit did not arrive', () => {
    const log = new PartitionLog(topic, 0, undefined);
    log.restart(5n, 70);
    log.completed.add({ first: 6n, last: 6n });
    const survey = { low: 8n, high: 10n, firstAfter: 8n, firstAfterNow: undefined, now: 100 };
    const { removed: lost, needsCommit } = openLog(log, { offset: '2', metadata: null }, survey, 'here', 0n);
    expect({ lost, needsCommit }).to.deep.equal({ lost: { from: 5n, to: 8n, count: 2 }, needsCommit: true });
    expect(CompletedOffsets.of([{ first: 2n, last: 9n }]).missing(2n, 8n)).to.equal(undefined);
  });
});
