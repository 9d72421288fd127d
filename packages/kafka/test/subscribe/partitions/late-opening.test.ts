import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { subscribe } from '../../../src/subscribe/subscribe.ts';
import { Collector } from '../../support/collector.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';
import type { AdminPort, PartitionEnds } from '../../../src/client/port/admin.ts';
import type { CommitPosition } from '../../../src/client/port/group-member.ts';
import { Assignment } from '../../../src/subscribe/partitions/assignment.ts';
import { PartitionLog } from '../../../src/subscribe/partitions/partition-log.ts';
import { PartitionOpener } from '../../../src/subscribe/partitions/partition-opener.ts';
import { StartingOffsets } from '../../../src/subscribe/partitions/starting-offsets.ts';

describe('an assignment that ends before the broker has said where its partitions continue', () => {
  afterEach('forget the spans', () => void spans.takeAll());
  const { spans } = useTracing();

  it('commits nothing when the answer comes, so that no commit of the next assignment goes back', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { orders: 1 } });
    const kafka = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING });
    let isJoined = false;
    void broker.waitForRequest('SyncGroup').then(() => (isJoined = true));
    const asked = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const makeAdmin = kafka.admin.bind(kafka);
    kafka.admin = () => {
      const admin = makeAdmin();
      const fetchOffsets = admin.fetchOffsets.bind(admin);
      // The answer to the first assignment is late, as from a coordinator that is being replaced.
      admin.fetchOffsets = async (query) => {
        const answer = await fetchOffsets(query);
        if (!isJoined) return answer;
        admin.fetchOffsets = fetchOffsets;
        asked.resolve();
        await released.promise;
        return answer;
      };
      return admin;
    };
    const commits = new Collector<bigint>();
    broker.on('OffsetCommit', (request, next) => {
      for (const { partitions } of request.body.topics) for (const { committedOffset } of partitions) commits.add(BigInt(committedOffset));
      return next();
    });
    const joining = subscribe(kafka, {
      groupId: 'g',
      topics: ['orders'],
      fromBeginning: true,
      consumer: { maxWaitTimeInMs: 50, heartbeatInterval: 50 },
      commitInterval: 5,
      handler: () => {},
    });
    await asked.promise;
    await broker.group('g').reaches('Stable');
    broker.group('g').triggerRebalance();
    await using _ = await joining;
    for (let offset = 0n; offset < 20n; offset++) {
      broker.topic('orders').append(0, [{ value: String(offset) }]);
      await commits.until((all) => all.includes(offset + 1n));
      released.resolve();
    }
    expect(commits.values.filter((offset, index) => index > 0 && offset < (commits.values[index - 1] as bigint))).to.deep.equal([]);
  });
});

describe('an assignment of a partition that the broker does not know yet', () => {
  const topic = 'orders';

  /** A broker's answers about the topic: as often as it lags behind, it does not know the second partition. */
  function adminBehind(times: number): { readonly admin: AdminPort; readonly asked: Collector<number> } {
    const asked = new Collector<number>();
    const known = (): number[] => (asked.values.length > times ? [0, 1] : [0]);
    const admin: Pick<AdminPort, 'fetchOffsets' | 'fetchTopicOffsets' | 'fetchTopicOffsetsByTimestamp'> = {
      fetchOffsets: async () => [],
      async fetchTopicOffsets() {
        asked.add(asked.values.length);
        return known().map((partition) => ({ partition, offset: '5', low: '0', high: '5' }));
      },
      fetchTopicOffsetsByTimestamp: async () => known().map((partition) => ({ partition, offset: '5' })),
    };
    return { admin: admin as AdminPort, asked };
  }

  async function assigned(admin: AdminPort, opened: Collector<readonly number[]>, read = 0n): Promise<Assignment> {
    const start = await StartingOffsets.of({ ...admin, fetchTopicOffsets: async () => [] }, 'g', [topic], true);
    const commits: CommitPosition[] = [];
    const member = { commit: async (positions: readonly CommitPosition[]) => void commits.push(...positions) };
    const opener = new PartitionOpener(admin, member, { groupId: 'g', clusterId: 'c', start, recreateTopics: async () => {} });
    const logs = [0, 1].map((partition) => {
      const log = new PartitionLog(topic, partition, undefined);
      if (read > 0n) log.restart(read, 70);
      return log;
    });
    return new Assignment(logs, opener, {
      opened: (partitions) => opened.add(partitions.filter(({ needsSeek }) => needsSeek).map(({ log }) => log.partition)),
      unopened: () => expect.fail('the broker answers'),
      misdirected: () => expect.fail('the coordinator is there'),
    });
  }

  it('opens it as soon as the broker does, and the others before', async () => {
    const { admin, asked } = adminBehind(2);
    const opened = new Collector<readonly number[]>();
    const assignment = await assigned(admin, opened);
    await assignment.ready;
    expect(opened.values).to.deep.equal([[0]]);
    await opened.until((all) => all.flat().includes(1));
    expect(opened.values).to.deep.equal([[0], [], [1]]);
    expect(assignment.log(topic, 1)).to.include({ position: 0n, isSuspect: false });
    expect(asked.values).to.have.length(3);
    assignment.end();
  });

  it('has the client seek in it as well when it was read in an earlier assignment', async () => {
    const { admin } = adminBehind(1);
    const opened = new Collector<readonly number[]>();
    const assignment = await assigned(admin, opened, 5n);
    await opened.until((all) => all.flat().includes(1));
    expect(opened.values).to.deep.equal([[0], [1]]);
    expect(assignment.log(topic, 1)).to.include({ position: 5n });
    assignment.end();
  });
});

describe('an assignment of no partition, in a new group that starts at the end', () => {
  const topic = 'orders';

  /** A standby of a group whose first partition ends at 100, and the broker's answers to it. */
  async function standby(commits: readonly string[]) {
    const answers = [...commits];
    const asked = new Collector<string>();
    const ends = (high: string): PartitionEnds[] => [{ partition: 0, low: '0', high }];
    let high = '100';
    const admin = {
      async fetchOffsets() {
        const offset = answers.shift() ?? '-1';
        asked.add(offset);
        return [{ topic, partitions: [{ partition: 0, offset, metadata: null }] }];
      },
      fetchTopicOffsets: async () => ends(high),
      fetchTopicOffsetsByTimestamp: async () => [{ partition: 0, offset: high }],
    } as Partial<AdminPort> as AdminPort;
    const start = await StartingOffsets.of(admin, 'g', [topic], false);
    const group = { groupId: 'g', clusterId: 'c', start, recreateTopics: async () => {} };
    const opener = new PartitionOpener(admin, { commit: async () => {} }, group);
    const assign = (logs: readonly PartitionLog[]) =>
      new Assignment(logs, opener, { opened: () => {}, unopened: () => {}, misdirected: () => {} });
    return {
      asked,
      assign,
      /** Where the partition begins that has no commit now, in a log of 500 records. */
      takesOver: async (): Promise<bigint | undefined> => {
        high = '500';
        const log = new PartitionLog(topic, 0, undefined);
        await assign([log]).ready;
        return log.position;
      },
    };
  }

  it('forgets the end once the group has committed: the partition begins anew when its topic was created again', async () => {
    // It is asked before the member that has the partition commits, when it joins.
    const { asked, assign, takesOver } = await standby(['-1', '-1', '100']);
    const empty = assign([]);
    await empty.ready;
    await asked.all('100');
    await new Promise(setImmediate);
    empty.end();
    expect(await takesOver()).to.equal(0n);
    expect(asked.values).to.deep.equal(['-1', '-1', '100', '-1']);
  });

  it('keeps the end while the group has no commit: the member that had the partition may die before it commits', async () => {
    const { asked, assign, takesOver } = await standby([]);
    const empty = assign([]);
    await empty.ready;
    await asked.until((all) => all.length === 3);
    await new Promise(setImmediate);
    empty.end();
    expect(await takesOver()).to.equal(100n);
  });
});
