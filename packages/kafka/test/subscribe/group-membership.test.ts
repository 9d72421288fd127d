import { once } from 'node:events';
import { expect } from 'chai';
import { PartitionAssigners, type Assigner, type PartitionAssigner } from 'kafkajs';
import type { SubscribeOptions } from '../../src/subscribe/subscribe-options.ts';
import { useEmbeddedSubscriptions } from '../support/broker/embedded-subscriptions.ts';
import { Collector } from '../support/collector.ts';

const [topic, groupId] = ['orders', 'packing'];

describe('a member of a group', () => {
  const embedded = useEmbeddedSubscriptions({ topic, partitions: 2, groupId });
  const { started } = embedded;
  const refused = (starting: Promise<unknown>): Promise<unknown> => starting.catch((error: unknown) => error);

  it('fails to start with advice when the broker rejects its session timeout', async () => {
    const error = await refused(started(() => {}, { consumer: { sessionTimeout: 1_000 } }));
    expect(error).to.have.property('code', 'not_joined');
    expect(String(error)).to.contain('could not join the group "packing"').and.contain('group.min.session.timeout.ms');
    expect(error).to.have.property('cause').that.has.property('message');
  });

  it('fails to start with advice when other members use another assignor', async () => {
    await started(() => {});
    const mine = (): never =>
      ({
        name: 'mine',
        version: 1,
        assign: async () => [],
        protocol: () => ({ name: 'mine', metadata: Buffer.alloc(0) }),
      }) as never;
    const error = await refused(started(() => {}, { consumer: { partitionAssigners: [mine] } }));
    expect(error).to.have.property('code', 'not_joined');
    expect(String(error)).to.contain('use the same partitionAssigners');
  });

  it('repeats no completed message when it was expelled while a handler blocked its process', async () => {
    const got = new Collector();
    await started(
      ({ value }, { attempt }) => {
        got.add(`${String(value)}.${attempt}`);
        const [member] = embedded.kafka.group(groupId).describe().members;
        if (String(value) === 'slow' && member !== undefined) embedded.kafka.group(groupId).expireMember(member.memberId);
      },
      { consumer: { sessionTimeout: 6_000 } },
    );
    embedded.kafka.topic(topic).append(0, [{ value: 'before' }, { value: 'slow' }, { value: 'after' }]);
    await got.all('after.1');
    expect(got.values).to.deep.equal(['before.1', 'slow.1', 'after.1']);
  });

  it('waits for a running handler when its partition comes back, and does not run it twice', async () => {
    const got = new Collector();
    const release = Promise.withResolvers<void>();
    const subscription = await started(
      async ({ value }) => {
        got.add(`begun ${String(value)}`);
        if (String(value) === 'long') await release.promise;
        got.add(`done ${String(value)}`);
      },
      { drain: { grace: 10, timeout: 50 } },
    );
    embedded.kafka.topic(topic).append(0, [{ value: 'long' }, { value: 'next' }]);
    await got.all('begun long');
    const joined = embedded.kafka.waitForRequest('SyncGroup');
    embedded.kafka.group(groupId).triggerRebalance();
    await joined;
    // The revoked batch is in process again: its handler still runs.
    while (subscription.health().inFlight === 0) await once(AbortSignal.timeout(5), 'abort');
    release.resolve();
    await got.all('done next');
    expect(got.values).to.deep.equal(['begun long', 'done long', 'begun next', 'done next']);
  });

  it('keeps the completed offsets of the partitions that it keeps when the group rebalances', async () => {
    const got = new Collector();
    const stuck = Promise.withResolvers<void>();
    await started(
      async ({ value }, { signal }) => {
        got.add(String(value));
        if (String(value) !== 'stuck' || got.values.filter((each) => each === 'stuck').length > 1) return;
        stuck.resolve();
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      },
      { concurrency: { keys: 4 }, drain: { grace: 0, timeout: 500 }, commitInterval: 60_000 },
    );
    // No commits in between: only its memory knows the completed messages.
    embedded.kafka.fault({ api: 'OffsetCommit', times: 1 }, { error: 'REBALANCE_IN_PROGRESS' });
    embedded.kafka.topic(topic).append(
      0,
      ['stuck', 'a', 'b', 'c'].map((value) => ({ key: value, value })),
    );
    await stuck.promise;
    await got.all('a', 'b', 'c');
    embedded.kafka.group(groupId).triggerRebalance();
    await got.until((values) => values.filter((value) => value === 'stuck').length === 2);
    embedded.kafka.topic(topic).append(0, [{ key: 'end', value: 'end' }]);
    await got.all('end');
    expect(got.values.toSorted()).to.deep.equal(['a', 'b', 'c', 'end', 'stuck', 'stuck']);
  });

  it('keeps the attempt count and the delay of a waiting message across a rebalance, and sends it to the dead-letter topic in the end', async () => {
    const attempts = new Collector<number>();
    const subscription = await started(
      (_, { attempt }) => {
        attempts.add(attempt);
        throw new Error('no');
      },
      { retryTopics: { delays: ['150ms'], maxRetries: 3, ordering: 'strict' } },
    );
    const dead = new Collector<number>();
    subscription.on('dead-letter', ({ attempts: count }) => dead.add(count));
    embedded.kafka.topic(topic).append(0, [{ value: 'poison' }]);
    for (const count of [1, 2, 3]) {
      await attempts.until((all) => all.length >= count);
      embedded.kafka.group(groupId).triggerRebalance();
    }
    await dead.until((all) => all.length === 1);
    expect(attempts.values).to.deep.equal([1, 2, 3, 4]);
    expect(dead.values).to.deep.equal([4]);
  });

  it('starts no message once its session may have ended, before a heartbeat is answered', async () => {
    const got = new Collector();
    const asked = new Collector();
    await started(
      ({ value }) => {
        got.add(String(value));
        if (String(value) !== '0') return;
        // Like a frozen process: its clock went on, and the group has expelled it.
        const [member] = embedded.kafka.group(groupId).describe().members;
        if (member !== undefined) embedded.kafka.group(groupId).expireMember(member.memberId);
        const until = performance.now() + 3_500;
        while (performance.now() < until);
      },
      { consumer: { sessionTimeout: 6_000, heartbeatInterval: 1_000 } },
    );
    embedded.kafka.on('Heartbeat', async (_, next) => {
      const answer = await next();
      asked.add(`heartbeat after ${got.values.length}`);
      return answer;
    });
    embedded.kafka.topic(topic).append(
      0,
      Array.from({ length: 5 }, (_, index) => ({ value: String(index) })),
    );
    await got.all('4');
    expect(got.values).to.deep.equal(['0', '1', '2', '3', '4']);
    expect(asked.values[0]).to.equal('heartbeat after 1');
  });

  it('logs that it was expelled, with the messages in flight, and that it joined as another member', async () => {
    const lines = new Collector();
    const warned: Record<string, unknown>[] = [];
    const warn = (fields: object, message: string): void => {
      warned.push(fields as Record<string, unknown>);
      lines.add(message);
    };
    const begun = Promise.withResolvers<void>();
    await started(
      (_, { signal, attempt }) => {
        if (attempt > 1) return undefined;
        begun.resolve();
        return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      },
      { log: { info: () => {}, warn }, drain: { grace: 0, timeout: 500 } },
    );
    embedded.kafka.topic(topic).append(0, [{ key: 'k', value: 'x' }]);
    await begun.promise;
    const [member] = embedded.kafka.group(groupId).describe().members;
    embedded.kafka.group(groupId).expireMember(member?.memberId ?? '');
    await lines.until((all) => all.length === 2);
    expect(lines.values[0]).to.match(/^Expelled from the group/);
    expect(warned[0]).to.have.nested.property('inFlight[0].key', 'k');
    expect(lines.values[1]).to.match(/^Joined the group as another member/);
    expect(warned[1]).to.have.property('before', member?.memberId);
  });

  it('joins again when the broker does not answer where a partition starts', async () => {
    const got = new Collector();
    const fetched = new Collector();
    embedded.kafka.on('Fetch', async (_, next) => {
      const answer = await next();
      fetched.add('answer');
      return answer;
    });
    // Each refresh of the metadata may find another topic of the name: the broker is asked for the log.
    const subscription = await started(({ value }) => got.add(String(value)), { consumer: { metadataMaxAge: 1 } });
    const ids = (): readonly string[] =>
      embedded.kafka
        .group(groupId)
        .describe()
        .members.map(({ memberId }) => memberId);
    const [before = ''] = ids();
    const fault = embedded.kafka.fault({ api: 'ListOffsets', times: 10_000 }, { error: 'KAFKA_STORAGE_ERROR' });
    while (subscription.health().blocked.length === 0) await once(AbortSignal.timeout(20), 'abort');
    const answers = fetched.values.length;
    embedded.kafka.topic(topic).append(0, [{ value: 'a' }]);
    await fetched.until(({ length }) => length > answers);
    await once(AbortSignal.timeout(20), 'abort');
    embedded.kafka.group(groupId).expireMember(before);
    while (ids().length === 0 || ids()[0] === before) await once(AbortSignal.timeout(20), 'abort');
    fault.remove();
    await got.all('a');
  });

  it('restarts after a crash of the client, and handles the messages that follow', async () => {
    const got = new Collector();
    const said = new Collector();
    let faults = 0;
    const defective = (config: Parameters<PartitionAssigner>[0]): Assigner => {
      const assigner = PartitionAssigners.roundRobin(config);
      return {
        ...assigner,
        assign: (group) => {
          if (group.members.length === 1 || faults > 0) return assigner.assign(group);
          faults++;
          throw new TypeError("Cannot read properties of undefined (reading '2')");
        },
      };
    };
    const log = { info: () => {}, warn: (_: object, message: string) => said.add(message) };
    const options: Partial<SubscribeOptions> = { log, consumer: { partitionAssigners: [defective] } };
    const first = await started(({ value }) => got.add(String(value)), options);
    const crashed: unknown[] = [];
    first.on('crash', (error) => crashed.push(error));
    await Promise.all([started(({ value }) => got.add(String(value)), options), said.all('The client crashed: it starts again')]);
    embedded.kafka.topic(topic).append(0, [{ value: 'a' }]);
    embedded.kafka.topic(topic).append(1, [{ value: 'b' }]);
    await got.all('a', 'b');
    while (!first.health().ok) await once(AbortSignal.timeout(20), 'abort');
    expect(crashed).to.deep.equal([]);
    expect(faults).to.equal(1);
  });

  it('has no lag behind a transaction that was aborted at the end', async () => {
    const got = new Collector();
    const subscription = await started(({ value }) => got.add(String(value)));
    const client = embedded.client();
    const producer = client.producer({ transactionalId: 't', maxInFlightRequests: 1, idempotent: true });
    await producer.connect();
    await producer.send({ topic, messages: [{ partition: 0, value: 'a' }] });
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ partition: 0, value: 'aborted' }] });
    await transaction.abort();
    await producer.disconnect();
    await got.all('a');
    while ((await subscription.lag()).some(({ lag }) => lag > 0n)) await once(AbortSignal.timeout(20), 'abort');
    expect(got.values).to.deep.equal(['a']);
  });

  it('names the topic whose lag cannot be known', async () => {
    const subscription = await started(() => {});
    const admin = embedded.client().admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [topic] });
    await admin.disconnect();
    const error = await refused(subscription.lag());
    expect(error).to.have.property('code', 'topic_missing');
    expect(String(error)).to.contain('The lag of "orders" is not known');
  });
});
