import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { diagnose } from '../../src/doctor/diagnose.ts';

const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

describe('diagnose', () => {
  let kafka: KafkaUnderTest;
  let client: Kafka;
  let producer: Producer;
  before(async () => {
    kafka = await kafkaUnderTest();
    client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
    producer = client.producer();
    await producer.connect();
  });
  after(async () => {
    await producer.disconnect();
    await kafka.stop();
  });

  it('says what it read of a topic, and leaves no group and no commit behind', async () => {
    const topic = await kafka.createTopic({ partitions: 2 });
    await producer.send({ topic, messages: [{ partition: 1, value: 'v', headers: { traceparent } }] });
    expect(await diagnose(client, { topics: [topic] })).to.deep.equal({
      healthy: true,
      partial: false,
      records: 1,
      topics: [
        {
          topic,
          partitions: 2,
          unreadPartitions: 0,
          records: 1,
          withContext: 1,
          senders: { 'W3C (OpenTelemetry, Micrometer)': 1 },
          formats: { w3c: 1 },
          findings: [],
        },
      ],
    });
    const admin = client.admin();
    await admin.connect();
    const { groups } = await admin.listGroups();
    await admin.disconnect();
    expect(groups.filter(({ groupId }) => groupId.startsWith('tracelink-doctor-'))).to.deep.equal([]);
  });

  it('finds nothing in an empty topic, and names a topic that is not there', async () => {
    const topic = await kafka.createTopic();
    const { healthy, topics } = await diagnose(client, { topics: [topic] });
    expect([healthy, topics[0]?.records]).to.deep.equal([true, 0]);
    const missing = kafka.topic();
    expect(await rejection(diagnose(client, { topics: [missing] }))).to.include({ code: 'topic_missing' });
  });

  it('reads the last records only, of each partition', async () => {
    const topic = await kafka.createTopic({ partitions: 2 });
    const messages = [0, 1].flatMap((partition) =>
      ['first', 'second', 'third'].map((value) => ({ partition, value, headers: value === 'first' ? {} : { traceparent } })),
    );
    await producer.send({ topic, messages });
    const seen: string[] = [];
    const { records, healthy } = await diagnose(client, { topics: [topic], last: 2, onRecord: (name) => void seen.push(name) });
    expect([records, healthy, seen.length]).to.deep.equal([4, true, 4]);
    expect((await diagnose(client, { topics: [topic], last: 3 })).topics[0]?.findings).to.have.length(1);
  });

  it('looks at the topics that a group has committed', async () => {
    const [topic, groupId] = [await kafka.createTopic(), kafka.groupId()];
    await producer.send({ topic, messages: [{ value: 'v' }] });
    const committing = client.producer({ transactionalId: groupId, idempotent: true, maxInFlightRequests: 1 });
    await committing.connect();
    const transaction = await committing.transaction();
    await transaction.sendOffsets({ consumerGroupId: groupId, topics: [{ topic, partitions: [{ partition: 0, offset: '1' }] }] });
    await transaction.commit();
    await committing.disconnect();
    const admin = client.admin();
    await admin.connect();
    const { topics } = await diagnose(client, { groups: [groupId] });
    const committed = await admin.fetchOffsets({ groupId, topics: [topic] });
    await admin.disconnect();
    expect(topics.map(({ topic: name, findings }) => [name, findings.map(({ rule }) => rule)])).to.deep.equal([[topic, ['no-context']]]);
    expect(committed[0]?.partitions[0]?.offset).to.equal('1');
  });

  it('gives examples with their keys and values, and without them where it redacts', async () => {
    const topic = await kafka.createTopic();
    await producer.send({ topic, messages: [{ key: 'secret', value: 'v', headers: { traceparent: 'my secret' } }] });
    const [open, redacted] = [await diagnose(client, { topics: [topic] }), await diagnose(client, { topics: [topic], redact: true })];
    const examples = (found: typeof open): unknown => found.topics[0]?.findings[0]?.examples;
    expect(examples(open)).to.deep.equal([
      { partition: 0, offset: '0', seen: 'traceparent: malformed', value: 'my secret', key: Buffer.from('secret') },
    ]);
    expect(JSON.stringify(redacted)).to.not.include('secret');
  });

  it('keeps of a record no more than its example has', async () => {
    const topic = await kafka.createTopic();
    await producer.send({ topic, messages: [{ key: 'k'.repeat(1_000), value: 'v'.repeat(700_000), headers: { traceparent: 'wrong' } }] });
    const { topics } = await diagnose(client, { topics: [topic] });
    const key = topics[0]?.findings[0]?.examples[0]?.key;
    expect(key?.length).to.equal(128);
    expect(key?.buffer.byteLength).to.be.below(100_000);
  });

  it('ends at the end of a log whose last records are a transaction’s markers', async () => {
    const topic = await kafka.createTopic();
    const transactional = client.producer({ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 });
    await transactional.connect();
    for (const end of ['commit', 'abort'] as const) {
      const transaction = await transactional.transaction();
      await transaction.send({ topic, messages: [{ value: end, headers: { traceparent } }] });
      await transaction[end]();
    }
    await transactional.disconnect();
    const { topics } = await diagnose(client, { topics: [topic] });
    expect(topics[0]).to.include({ records: 1, unreadPartitions: 0 });
  });

  it('does not wait for what an open transaction holds back', async () => {
    const topic = await kafka.createTopic();
    await producer.send({ topic, messages: [{ value: 'v', headers: { traceparent } }] });
    const transactional = client.producer({ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 });
    await transactional.connect();
    const transaction = await transactional.transaction();
    await transaction.send({ topic, messages: [{ value: 'open', headers: { traceparent } }] });
    const { topics } = await diagnose(client, { topics: [topic] });
    await transaction.abort();
    await transactional.disconnect();
    expect(topics[0]).to.include({ records: 1, unreadPartitions: 0 });
  });

  it('reads a hundred partitions, a header of half a megabyte and more than a thousand header names', async () => {
    const topic = await kafka.createTopic({ partitions: 100 });
    const many = Object.fromEntries(Array.from({ length: 1_100 }, (_, index) => [`name-${index}`, 'x']));
    const messages = Array.from({ length: 100 }, (_, partition) => ({ partition, value: 'v', headers: { traceparent } }));
    await producer.send({
      topic,
      messages: [
        ...messages.slice(0, 98),
        { partition: 98, value: 'v', headers: { traceparent, big: 'x'.repeat(500_000) } },
        { partition: 99, value: 'v', headers: { traceparent, ...many } },
      ],
    });
    const { records, topics } = await diagnose(client, { topics: [topic] });
    // kafkajs sends all of a batch again where one partition has no leader yet.
    const admin = client.admin();
    await admin.connect();
    const offsets = await admin.fetchTopicOffsets(topic);
    await admin.disconnect();
    const sent = offsets.reduce((sum, { high }) => sum + Number(high), 0);
    expect([records, topics[0]?.unreadPartitions]).to.deep.equal([sent, 0]);
    expect(topics[0]?.findings.map(({ rule }) => rule)).to.deep.equal(['headers-too-many', 'headers-too-large']);
  });

  it('diagnoses what was read when its signal is aborted, and calls it partial', async () => {
    const topic = await kafka.createTopic();
    await producer.send({ topic, messages: [{ value: 'v', headers: { traceparent } }, { value: 'v' }] });
    const midway = new AbortController();
    const { partial, healthy, records } = await diagnose(client, {
      topics: [topic],
      signal: midway.signal,
      onRecord: () => midway.abort(),
    });
    expect([partial, healthy]).to.deep.equal([true, false]);
    expect(records).to.be.within(1, 2);
  });

  it('gives what it has at once when its signal is aborted, whatever the broker holds back', async () => {
    await using holding = await EmbeddedKafka.start({ topics: { orders: 1, invoices: 1 } });
    // More than a fetch takes.
    for (const value of ['a', 'b', 'c', 'd'])
      holding.topic('orders').append(0, [{ value: value.repeat(700_000), headers: { traceparent } }]);
    holding.fault({ api: 'Fetch', skip: 1, times: Number.POSITIVE_INFINITY }, { delayMs: 2_000 });
    const control = new AbortController();
    const away = new Kafka({ brokers: holding.brokers, logLevel: logLevel.NOTHING, retry: { retries: 0 } });
    const looking = diagnose(away, { signal: control.signal });
    let fetches = 0;
    await holding.waitForRequest('Fetch', () => ++fetches === 2);
    control.abort();
    const found = await Promise.race([looking, turn()]);
    expect(found).to.include({ partial: true, healthy: false });
    expect(found?.topics.map(({ topic, unreadPartitions }) => [topic, unreadPartitions])).to.deep.equal([
      ['invoices', 0],
      ['orders', 1],
    ]);
    expect(found?.records).to.be.within(1, 3);
  });

  it('rejects with the reason of a signal that comes before it knows what to read', async () => {
    const before = AbortSignal.abort(new Error('before'));
    expect(await rejection(diagnose(client, { signal: before }))).to.equal(before.reason);
    await using holding = await EmbeddedKafka.start({ topics: { orders: 1 } });
    const control = new AbortController();
    holding.fault({ api: 'ListOffsets' }, { delayMs: 2_000 });
    const looking = diagnose(new Kafka({ brokers: holding.brokers, logLevel: logLevel.NOTHING }), { signal: control.signal });
    await holding.waitForRequest('ListOffsets');
    control.abort(new Error('midway'));
    expect(await Promise.race([rejection(looking), turn()])).to.equal(control.signal.reason);
  });

  it('gives up asking a back end when its signal is aborted', async () => {
    const topic = await kafka.createTopic();
    await producer.send({ topic, messages: [{ value: 'v', timestamp: '1700000000000', headers: { traceparent } }] });
    const control = new AbortController();
    const asked: string[] = [];
    const backEnd = {
      hasTrace(traceId: string): Promise<boolean> {
        asked.push(traceId);
        control.abort();
        return new Promise(() => {});
      },
    };
    const { partial, healthy, records, topics } = await diagnose(client, { topics: [topic], backEnd, signal: control.signal });
    expect([partial, healthy, records, asked.length, topics[0]?.findings]).to.deep.equal([true, false, 1, 1, []]);
  });

  it('does not wait for ever for a partition that gives no records, and counts it as not read', async () => {
    await using silent = await EmbeddedKafka.start({ topics: { orders: 1 } });
    silent.topic('orders').append(0, [{ value: 'v', headers: { traceparent } }]);
    silent.fault({ api: 'Fetch', times: Number.POSITIVE_INFINITY }, { error: 'NOT_LEADER_OR_FOLLOWER' });
    const away = new Kafka({ brokers: silent.brokers, logLevel: logLevel.NOTHING });
    const { healthy, topics } = await diagnose(away, { topics: ['orders'] });
    expect(healthy).to.equal(false);
    expect(topics[0]).to.include({ records: 0, unreadPartitions: 1 });
  });

  it('reads the other topics to their ends when one is deleted midway', async () => {
    const [deleted, other] = [await kafka.createTopic(), await kafka.createTopic()];
    // More than a fetch takes.
    for (const topic of [deleted, other])
      for (const value of ['a', 'b', 'c', 'd']) await producer.send({ topic, messages: [{ value: value.repeat(700_000) }] });
    const admin = client.admin();
    await admin.connect();
    let deletion: Promise<void> | undefined;
    const onRecord = (): void => void (deletion ??= admin.deleteTopics({ topics: [deleted] }));
    const { healthy, topics } = await diagnose(client, { topics: [deleted, other], onRecord });
    await deletion;
    await admin.disconnect();
    expect(healthy).to.equal(false);
    expect(topics.find(({ topic }) => topic === other)).to.include({ records: 4, unreadPartitions: 0 });
  });

  it('counts each record once where the group is rebalanced while it is read', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { orders: 1 } });
    // More than a fetch takes.
    for (const value of ['a', 'b', 'c', 'd'])
      broker.topic('orders').append(0, [{ value: value.repeat(700_000), headers: { traceparent } }]);
    // kafkajs sends no heartbeat in the first seconds.
    broker.fault({ api: 'Fetch', skip: 1 }, { delayMs: 3_500 });
    const rebalanced = broker.fault({ api: 'Heartbeat' }, { error: 'REBALANCE_IN_PROGRESS' });
    const { records } = await diagnose(new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }), { topics: ['orders'] });
    expect([records, rebalanced.hits]).to.deep.equal([4, 1]);
  });

  it('rejects when the broker goes away midway', async () => {
    const dying = await EmbeddedKafka.start({ topics: { orders: 1 } });
    const away = new Kafka({ brokers: dying.brokers, logLevel: logLevel.NOTHING, retry: { retries: 1 } });
    const sender = away.producer();
    await sender.connect();
    // More than a fetch takes.
    for (const value of ['a', 'b', 'c', 'd']) await sender.send({ topic: 'orders', messages: [{ value: value.repeat(700_000) }] });
    await sender.disconnect();
    const looking = diagnose(away, { topics: ['orders'], onRecord: () => void dying.stop() });
    expect(await rejection(looking)).to.be.an('error');
  });

  it('refuses options that make no sense', async () => {
    expect(await rejection(diagnose({} as Kafka))).to.include({ code: 'not_a_client' });
    expect(await rejection(diagnose(client, { last: 0 }))).to.include({ code: 'invalid_option' });
    expect(await rejection(diagnose(client, { topics: [''] }))).to.include({ code: 'invalid_option' });
    expect(await rejection(diagnose(client, { topics: [] }))).to.include({ code: 'invalid_option' });
    expect(await rejection(diagnose(client, { groups: [] }))).to.include({ code: 'invalid_option' });
    expect(await rejection(diagnose(client, { topic: ['a'] } as object))).to.include({ code: 'unknown_option' });
  });
});

/** A turn of the event loop, in which no timer of milliseconds has run. */
function turn(): Promise<undefined> {
  return new Promise((resolve) => void setImmediate(() => resolve(undefined)));
}

/** What a promise rejects with. */
function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('it resolved');
    },
    (error: unknown) => error,
  );
}
