import { expect } from 'chai';
import { Collector } from '../../support/collector.ts';
import { produce } from '../../support/broker/consume.ts';
import { useKafka } from '../../support/broker/kafka.ts';
import { useSubscriptions } from '../../support/broker/subscription.ts';
import { useTopics } from '../../support/broker/topics.ts';
import { useTracing } from '../../support/telemetry/tracing.ts';

/** Rejects when its attempt is aborted. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
}

describe('a group that starts at the end by default', () => {
  const kafka = useKafka();
  const { subscribe, committed } = useSubscriptions(kafka);
  const topics = useTopics(kafka);
  afterEach('forget the spans', () => void spans.takeAll());
  const { spans } = useTracing();
  const atEnd = { fromBeginning: false } as const;

  it('starts at the end when it is new, logs that, and commits before the join is reported', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await produce(kafka, topic, [{ value: 'old' }, { value: 'older' }]);
    const lines: unknown[] = [];
    const log = { info: (fields: object, message: string) => lines.push([message, fields]), warn: () => {} };
    const got = new Collector();
    await subscribe(topic, ({ value }) => got.add(String(value)), { ...atEnd, groupId, log });
    expect(await committed(groupId, topic)).to.deep.equal(['2', '']);
    expect(lines).to.deep.equal([['No commit found: the partitions begin here', { partitions: [{ topic, partition: 0, offset: '2' }] }]]);
    await produce(kafka, topic, [{ value: 'new' }]);
    expect(await got.all('new')).to.deep.equal(['new']);
  });

  it('delivers the first message again when the member that had it was drained', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    const begun = Promise.withResolvers<void>();
    const stuck = await subscribe(topic, (_, { signal }) => (begun.resolve(), untilAborted(signal)), { ...atEnd, groupId });
    await produce(kafka, topic, [{ value: 'order 1' }]);
    await begun.promise;
    expect(await stuck.drain({ grace: 10, timeout: 500 })).to.include({ interrupted: 1 });
    const got = new Collector();
    const next = await subscribe(topic, ({ value }) => got.add(String(value)), { ...atEnd, groupId });
    await produce(kafka, topic, [{ value: 'order 2' }]);
    expect(await got.all('order 2')).to.deep.equal(['order 1', 'order 2']);
    await next.drain();
    expect(await committed(groupId, topic)).to.deep.equal(['2', '']);
  });

  it('delivers what was sent while it had no member', async () => {
    const topic = await kafka.createTopic(2);
    const groupId = kafka.groupId();
    const idle = await subscribe(topic, () => {}, { ...atEnd, groupId });
    await idle.drain();
    await produce(kafka, topic, [
      { value: 'a', partition: 0 },
      { value: 'b', partition: 1 },
    ]);
    const got = new Collector();
    await subscribe(topic, ({ value }) => got.add(String(value)), { ...atEnd, groupId });
    await got.all('a', 'b');
  });

  it('delivers the first message of a partition that another member takes over meanwhile', async () => {
    const topic = await kafka.createTopic(2);
    const groupId = kafka.groupId();
    const got = new Collector();
    const options = { ...atEnd, groupId, drain: { grace: 10, timeout: 1_000 }, concurrency: { partitions: 2 } };
    const begun = Promise.withResolvers<void>();
    await subscribe(topic, (_, { signal }) => (begun.resolve(), untilAborted(signal)), options);
    await produce(kafka, topic, [
      { value: 'a', partition: 0 },
      { value: 'b', partition: 1 },
    ]);
    await begun.promise;
    const second = await subscribe(topic, ({ value }) => got.add(String(value)), options);
    await got.until((values) => values.length > 0);
    await second.drain();
  });

  it('delivers the message that blocked its partition again, to the next member', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    const stopped = Promise.withResolvers<unknown>();
    const one = await subscribe(topic, () => Promise.reject(new Error('no')), { ...atEnd, groupId, classify: () => 'stop' });
    one.on('blocked', stopped.resolve);
    await produce(kafka, topic, [{ value: 'first' }]);
    await stopped.promise;
    await one.drain();
    const got = new Collector();
    await subscribe(topic, ({ value }) => got.add(String(value)), { ...atEnd, groupId });
    await got.all('first');
  });

  it('reads an added partition from its beginning, within the metadata age', async () => {
    const topic = await kafka.createTopic();
    const got = new Collector();
    await subscribe(topic, ({ value }) => got.add(String(value)), {
      ...atEnd,
      consumer: { maxWaitTimeInMs: 100, metadataMaxAge: 1_000 },
    });
    const admin = await topics.admin();
    await admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] });
    const producer = await kafka.producer();
    await producer.send({ topic, messages: [{ partition: 1, value: 'in the added one' }] }).catch(() => {});
    const answers = await producer.send({ topic, messages: [{ partition: 1, value: 'again' }] });
    expect(answers).to.have.length(1);
    await got.all('again');
    expect(got.values.at(0)).to.equal('in the added one');
  });

  it('continues behind records that the broker removed, and reports them', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    const first = await subscribe(topic, () => {}, { ...atEnd, groupId });
    await first.drain();
    await produce(
      kafka,
      topic,
      Array.from({ length: 10 }, (_, index) => ({ value: String(index) })),
    );
    await topics.removeBefore(topic, 8);
    const got = new Collector();
    const lines = new Collector<unknown>();
    const log = { info: () => {}, warn: (fields: object, message: string) => lines.add([message, fields]) };
    await subscribe(topic, ({ value }) => got.add(String(value)), { ...atEnd, groupId, log });
    expect(await got.all('9')).to.deep.equal(['8', '9']);
    expect(lines.values).to.deep.equal([
      ['The broker removed records before they were handled', { topic, partition: 0, from: '0', to: '8', count: 8 }],
    ]);
  });

  it('continues behind records that the broker removes while it runs', async () => {
    const topic = await kafka.createTopic();
    const got = new Collector();
    const release = Promise.withResolvers<void>();
    const subscription = await subscribe(
      topic,
      async ({ value }) => {
        got.add(String(value));
        if (String(value) === '0') await release.promise;
      },
      { ...atEnd, consumer: { maxWaitTimeInMs: 100, maxBytesPerPartition: 1 } },
    );
    const removed = new Collector<unknown>();
    subscription.on('records-removed', (range) => removed.add(range));
    // One record per batch, so that the client has fetched only the first.
    for (let index = 0; index < 10; index++) await produce(kafka, topic, [{ value: String(index) }]);
    await got.all('0');
    await topics.removeBefore(topic, 8);
    release.resolve();
    await got.all('8', '9');
    expect(removed.values).to.deep.equal([{ topic, partition: 0, from: '1', to: '8', count: 7 }]);
    expect(got.values).to.deep.equal(['0', '8', '9']);
  });

  it('starts a topic at its beginning when the group has commits of other topics only', async () => {
    const [known, added] = [await kafka.createTopic(), await kafka.createTopic()];
    const groupId = kafka.groupId();
    const first = await subscribe(known, () => {}, { ...atEnd, groupId });
    await first.drain();
    await produce(kafka, added, [{ value: 'before' }]);
    const got = new Collector();
    await subscribe(added, ({ value }) => got.add(String(value)), { ...atEnd, groupId });
    await got.all('before');
  });

  it('starts at the end when the group was deleted while it had no member', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    const got = new Collector();
    const subscription = await subscribe(topic, ({ value }) => got.add(String(value)), { ...atEnd, groupId });
    await produce(kafka, topic, [{ value: 'a' }]);
    await got.all('a');
    await subscription.drain();
    await (await topics.admin()).deleteGroups([groupId]);
    // No member is left to remember: the group is new, and starts as one.
    await produce(kafka, topic, [{ value: 'b' }]);
    const again = await subscribe(topic, ({ value }) => got.add(String(value)), { ...atEnd, groupId });
    await produce(kafka, topic, [{ value: 'c' }]);
    expect(await got.all('c')).to.deep.equal(['a', 'c']);
    await again.drain();
  });
});
