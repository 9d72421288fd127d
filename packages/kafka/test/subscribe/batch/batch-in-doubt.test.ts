import { expect } from 'chai';
import type { Consumer } from 'kafkajs';
import { KafkajsMember } from '../../../src/client/kafkajs/group-member.ts';
import type { GroupMemberListener, GroupMemberPort } from '../../../src/client/port/group-member.ts';
import { useEmbeddedSubscriptions } from '../../support/broker/embedded-subscriptions.ts';
import { Collector } from '../../support/collector.ts';

const [topic, groupId] = ['orders', 'packing'];

describe('a batch that comes while the topic may have been created again', () => {
  const embedded = useEmbeddedSubscriptions({ topic, partitions: 2, groupId });
  const members: Pick<GroupMemberPort, 'join'> = KafkajsMember.prototype;
  const { join } = members;
  let doubt: () => void;
  let consumer: Consumer;
  beforeEach('listen to the member', () => {
    members.join = function (this: KafkajsMember, topics: readonly string[], listener: GroupMemberListener) {
      doubt = () => listener.suspected();
      consumer = this.client;
      return join.call(this, topics, listener);
    };
  });
  afterEach('listen to it no longer', () => void (members.join = join));

  const values = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${prefix} ${index}`);

  /** Both partitions have five records, which are handled and committed. @param partitions whose batches are in process at the same time */
  async function started(partitions: number) {
    const got = new Collector();
    const told = new Collector<unknown>();
    const subscription = await embedded.started(({ value }) => got.add(String(value)), {
      concurrency: { partitions },
      commitInterval: 5,
    });
    subscription.on('topic-recreated', ({ partition, offset }) => told.add(`${partition} from ${offset}`));
    for (const partition of [0, 1]) append(partition, values(`old ${partition}`, 5));
    await got.all(...values('old 0', 5), ...values('old 1', 5));
    while ((await subscription.lag()).some(({ lag }) => lag > 0n));
    return { got, told };
  }

  function append(partition: number, texts: readonly string[]): void {
    embedded.kafka.topic(topic).append(
      partition,
      texts.map((value) => ({ value })),
    );
  }

  async function recreate(): Promise<void> {
    const admin = embedded.client().admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [topic] });
    await admin.createTopics({ topics: [{ topic, numPartitions: 2 }] });
    await admin.disconnect();
  }

  it('waits for an answer of its own when that of another partition has asked', async () => {
    const { got, told } = await started(2);
    const { kafka } = embedded;
    // The broker is slow to say what the group has committed: a batch that did not wait would have committed by then.
    const beats = new Collector<number>();
    kafka.on('Heartbeat', (_request, next) => (beats.add(1), next()));
    const committed = Promise.withResolvers<void>();
    kafka.on('OffsetCommit', async (_request, next) => {
      const answer = await next();
      committed.resolve();
      return answer;
    });
    kafka.on('OffsetFetch', async (_request, next) => {
      const { length } = beats.values;
      await Promise.race([committed.promise, beats.until((all) => all.length > length + 3)]);
      return next();
    });
    const refilled = kafka.on('Fetch', async (_request, next) => {
      refilled();
      await recreate();
      for (const partition of [0, 1]) append(partition, values(`new ${partition}`, 10));
      doubt();
      return next();
    });
    await told.until(({ length }) => length === 2);
    expect(told.values).to.have.members(['0 from 0', '1 from 0']);
    await got.all(...values('new 0', 10), ...values('new 1', 10));
    expect(got.values).to.have.length(30);
  });

  it('is dropped, and proves no other recreation, when an answer on its way shows one', async () => {
    const { got, told } = await started(2);
    const { kafka } = embedded;
    const asked = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    const held = kafka.on('OffsetFetch', async (_request, next) => {
      held();
      asked.resolve();
      await answered.promise;
      return next();
    });
    // No batch comes, so that the member asks by itself.
    doubt();
    await asked.promise;
    const fetched = Promise.withResolvers<void>();
    consumer.on(consumer.events.START_BATCH_PROCESS, () => fetched.resolve());
    append(0, values('lost', 5));
    await fetched.promise;
    await recreate();
    append(0, values('new 0', 3));
    doubt();
    answered.resolve();
    await got.all(...values('new 0', 3));
    append(1, ['last']);
    await got.all('last');
    expect(told.values).to.have.members(['0 from 0', '1 from 0']);
    expect(got.values.slice(10)).to.deep.equal([...values('new 0', 3), 'last']);
  });

  it('is fetched once when the answer that another partition has asked for shows the log that was read before', async () => {
    const { got } = await started(1);
    const { kafka } = embedded;
    const filled = kafka.on('Fetch', async (_request, next) => {
      filled();
      for (const partition of [0, 1]) append(partition, values(`more ${partition}`, 2));
      doubt();
      return next();
    });
    const fetches = new Collector();
    kafka.on('Fetch', ({ body }, next) => {
      for (const { partition, fetchOffset } of body.topics.flatMap(({ partitions }) => partitions))
        if (got.values.length > 10) fetches.add(`${partition} from ${fetchOffset}`);
      return next();
    });
    await got.all(...values('more 0', 2), ...values('more 1', 2));
    await fetches.until(({ length }) => length > 1);
    expect(fetches.values.filter((text) => text.endsWith('from 5'))).to.deep.equal([]);
  });
});
