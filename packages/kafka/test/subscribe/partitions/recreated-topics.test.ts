import { expect } from 'chai';
import { Collector } from '../../support/collector.ts';
import { produce } from '../../support/broker/consume.ts';
import { useKafka } from '../../support/broker/kafka.ts';
import { useSubscriptions } from '../../support/broker/subscription.ts';
import { useTopics } from '../../support/broker/topics.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';

describe('a topic that is deleted and created again under a subscription', () => {
  const kafka = useKafka();
  const { subscribe, committed } = useSubscriptions(kafka);
  const topics = useTopics(kafka);
  afterEach('forget the spans', () => void spans.takeAll());
  const { spans } = useTracing();
  // The interval of metadata refreshes.
  const consumer = { maxWaitTimeInMs: 100, metadataMaxAge: 1_000 };
  const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => ({ value: `${prefix}${index}` }));
  const values = (prefix: string, count: number): string[] => numbered(prefix, count).map(({ value }) => value);

  for (const fromBeginning of [true, false])
    for (const count of [3, 5, 10])
      it(`is read from its beginning when it has ${count} records after a commit of 5, fromBeginning ${fromBeginning}`, async () => {
        const topic = await kafka.createTopic();
        const groupId = kafka.groupId();
        const got = new Collector();
        const subscription = await subscribe(topic, ({ value }) => got.add(String(value)), { groupId, fromBeginning, consumer });
        const told = new Collector<unknown>();
        subscription.on('topic-recreated', (place) => told.add(place));
        await produce(kafka, topic, numbered('old ', 5));
        await got.all(...values('old ', 5));
        await topics.recreate(topic);
        await produce(kafka, topic, numbered('new ', count));
        await got.all(...values('new ', count));
        await subscription.drain();
        expect(got.values).to.deep.equal([...values('old ', 5), ...values('new ', count)]);
        expect(await committed(groupId, topic)).to.deep.equal([String(count), '']);
      });

  it('is read from its beginning by a member that starts later and finds the old topic’s commit', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    const got = new Collector();
    const first = await subscribe(topic, ({ value }) => got.add(String(value)), { groupId });
    await produce(kafka, topic, numbered('old ', 5));
    await got.all(...values('old ', 5));
    await first.drain();
    const admin = await topics.admin();
    await admin.fetchTopicOffsets(topic);
    const [before] = await admin.fetchOffsets({ groupId, topics: [topic] });
    await topics.recreate(topic);
    await produce(kafka, topic, numbered('new ', 10));
    // As a restored backup of the commits does.
    const consumer = await kafka.consumer({ groupId });
    await consumer.subscribe({ topic });
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.run({ autoCommit: false, eachMessage: async () => {} });
    await joined;
    consumer.pause([{ topic }]);
    await consumer.commitOffsets((before?.partitions ?? []).map((position) => ({ topic, ...position })));
    await consumer.disconnect();
    await subscribe(topic, ({ value }) => got.add(String(value)), { groupId });
    await got.all(...values('new ', 10));
  });

  it('delivers every record although the same offsets had completed behind a blocked record', async () => {
    const topic = await kafka.createTopic();
    const got = new Collector();
    const done = new Collector();
    const subscription = await subscribe(
      topic,
      async ({ value }) => {
        const text = String(value);
        if (text === 'poison') {
          await done.all('a', 'b', 'c');
          throw new Error('no');
        }
        got.add(text);
        done.add(text);
      },
      { concurrency: { keys: 8 }, deadLetter: false, retry: { attempts: 1 } },
    );
    const stopped = new Collector<unknown>();
    subscription.on('blocked', (place) => stopped.add(place));
    const keyed = (all: readonly string[]) => all.map((value) => ({ key: value, value }));
    await produce(kafka, topic, keyed(['poison', 'a', 'b', 'c']));
    await stopped.until((places) => places.length === 1);
    await topics.recreate(topic);
    await produce(kafka, topic, keyed(['A', 'B', 'C', 'D', 'E']));
    subscription.resume();
    await got.all('A', 'B', 'C', 'D', 'E');
    expect(subscription.health().ok).to.equal(true);
  });

  it('delivers every record when it has fewer partitions than before', async () => {
    const topic = await kafka.createTopic(3);
    const got = new Collector();
    await subscribe(topic, ({ value }) => got.add(String(value)), { consumer });
    await produce(
      kafka,
      topic,
      [0, 1, 2].map((partition) => ({ partition, value: `old ${partition}` })),
    );
    await got.all('old 0', 'old 1', 'old 2');
    await topics.recreate(topic, 1);
    await produce(kafka, topic, numbered('new ', 3));
    await got.all(...values('new ', 3));
  });

  it('is read from its beginning when it was filled while a handler ran, so that no fetch failed', async () => {
    const topic = await kafka.createTopic();
    const got = new Collector();
    const begun = Promise.withResolvers<void>();
    const filled = Promise.withResolvers<void>();
    // No metadata refresh happens meanwhile.
    await subscribe(
      topic,
      async ({ value }) => {
        if (String(value) === 'old 4') {
          begun.resolve();
          await filled.promise;
        }
        got.add(String(value));
      },
      { consumer: { maxWaitTimeInMs: 100, metadataMaxAge: 300_000 } },
    );
    await produce(kafka, topic, numbered('old ', 5));
    await begun.promise;
    const since = performance.now();
    await topics.recreate(topic);
    await produce(kafka, topic, numbered('new ', 10));
    // Longer than the idle time that causes another check of the log.
    while (performance.now() - since < 600) await new Promise(setImmediate);
    filled.resolve();
    await got.all(...values('new ', 10));
  });

  it('is not assumed when transaction markers are later than all records', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    const producer = await kafka.producer({ transactionalId: groupId, idempotent: true, maxInFlightRequests: 1, retry: { retries: 5 } });
    const send = async (value: string, end: 'commit' | 'abort'): Promise<void> => {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value, timestamp: String(Date.now() - 60_000) }] });
      await transaction[end]();
    };
    const got = new Collector();
    const told: unknown[] = [];
    // Each by another member, which starts from the commit of the one before.
    for (const value of ['a', 'b', 'c']) {
      const subscription = await subscribe(topic, (message) => got.add(String(message.value)), { groupId, consumer });
      subscription.on('topic-recreated', (place) => told.push(place));
      await send('aborted', 'abort');
      await send(value, 'commit');
      await got.all(value);
      await send('aborted', 'abort');
      while ((await subscription.lag()).some(({ lag }) => lag > 0n));
      await subscription.drain();
    }
    expect(got.values).to.deep.equal(['a', 'b', 'c']);
    expect(told).to.deep.equal([]);
  });
});
