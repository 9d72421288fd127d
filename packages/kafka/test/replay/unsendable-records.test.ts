import { randomBytes } from 'node:crypto';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import type { IHeaders } from 'kafkajs';
import type { DeadLetterRecord } from '../../src/dead-letters/dead-letter-record.ts';
import type { ReplayOptions } from '../../src/replay/replay-options.ts';
import type { ReplayReport } from '../../src/replay/replay-report.ts';
import { VALUE_OMITTED_HEADER, NULL_HEADERS } from '../../src/sender/record-headers.ts';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';
import { produce } from '../support/broker/consume.ts';
import { deadLetterRecord } from '../support/records/dead-letter-record.ts';
import { textHeaders, useKafka } from '../support/broker/kafka.ts';
import { replayOn } from '../support/broker/replaying.ts';

describe('a replay of records that cannot be sent', () => {
  const kafka = useKafka();

  const again = (options: ReplayOptions): Promise<ReplayReport> => replayOn(kafka.brokers(), options);
  const reasons = ({ problems }: ReplayReport): string[] =>
    problems.map(({ outcome, partition, offset, reason }) => `${partition}/${offset} ${outcome}: ${reason}`);

  it('counts records without a usable origin as unroutable, with place and reason, in a dry run and in a run, and continues', async () => {
    const [topic, from] = [await kafka.createTopic(), await kafka.createTopic()];
    await produce(kafka, from, [
      deadLetterRecord('not/a topic'),
      deadLetterRecord(''),
      deadLetterRecord(Buffer.from([0xff, 0x00, 0x1b])),
      { value: 'plain' },
      deadLetterRecord(from),
      deadLetterRecord('__consumer_offsets'),
      deadLetterRecord(`${topic}.gone`),
      deadLetterRecord(topic, { [DeliveryHeader.ORIGINAL_TOPIC]: ['not/a topic', topic] }, { value: 'good' }),
    ]);
    const name = 'Name a topic to send it to: to, or --to';
    for (const dryRun of [true, false]) {
      const report = await again({ from, dryRun });
      expect(report).to.include({ replayed: 1, unroutable: 7, failed: 0, ended: 'at the end' });
      expect(reasons(report)).to.deep.equal([
        `0/0 unroutable: the topic that its header names, "not/a topic", cannot exist. ${name}`,
        `0/1 unroutable: no header says which topic it came from. ${name}`,
        `0/2 unroutable: the topic that its header names, "\ufffd\\u0000\\u001b", cannot exist. ${name}`,
        `0/3 unroutable: no header says which topic it came from. ${name}`,
        `0/4 unroutable: it names the dead-letter topic as the one that it came from. ${name}`,
        `0/5 unroutable: it names "__consumer_offsets", which is Kafka's own. ${name}`,
        `0/6 unroutable: the topic that it came from, "${topic}.gone", does not exist, or this client may not see it. ` +
          'Create it, or name another: to, or --to',
      ]);
    }
    expect((await kafka.read(topic, 1)).map(({ value }) => String(value))).to.deep.equal(['good']);
    expect(await again({ from })).to.include({ replayed: 0, unroutable: 7 });
  });

  it('sends a record by its place once, and the others with the next replay that can', async () => {
    const [topic, from] = [await kafka.createTopic(), await kafka.createTopic(2)];
    await produce(kafka, from, [
      { ...deadLetterRecord('not/a topic'), value: 'a', partition: 1 },
      { ...deadLetterRecord('not/a topic'), value: 'b', partition: 1 },
      { ...deadLetterRecord('not/a topic'), value: 'c', partition: 0 },
    ]);
    expect(await again({ from })).to.include({ replayed: 0, unroutable: 3 });
    await produce(kafka, from, [{ ...deadLetterRecord(topic), value: 'd', partition: 1 }]);
    const one = { from, to: topic, filter: { records: [`${from}/1/1`] } };
    expect(await again({ ...one, dryRun: true })).to.include({ replayed: 1, unroutable: 0, ended: 'at the end' });
    expect(await again(one)).to.include({ replayed: 1 });
    expect(await again(one)).to.include({ replayed: 0, alreadyReplayed: 1 });
    expect(await again({ from })).to.include({ replayed: 1, alreadyReplayed: 1, unroutable: 2 });
    expect(await again({ from })).to.include({ replayed: 0, alreadyReplayed: 0, unroutable: 2 });
    expect((await kafka.read(topic, 2)).map(({ value }) => String(value))).to.deep.equal(['b', 'd']);
    for (const offset of ['9', '999999999']) {
      const missing = await again({ ...one, filter: { records: [`1/${offset}`] } }).catch((error: unknown) => error);
      expect(missing).to.have.property('code', 'record_missing');
    }
  });

  it('tries unroutable records again until they are sent, so that an option can name a topic for all of them', async () => {
    const [to, from] = [await kafka.createTopic(), await kafka.createTopic()];
    await produce(kafka, from, [deadLetterRecord(`${to}.gone`), deadLetterRecord(`${to}.gone`)]);
    for (let time = 0; time < 2; time++) expect(await again({ from })).to.include({ replayed: 0, unroutable: 2 });
    expect(await again({ from, to })).to.include({ replayed: 2, unroutable: 0 });
    expect(await again({ from, to })).to.include({ replayed: 0, unroutable: 0 });
  });

  it('sends the other records when the topics of some are deleted in the middle', async () => {
    const [one, two, three, from] = [
      await kafka.createTopic(),
      await kafka.createTopic(),
      await kafka.createTopic(),
      await kafka.createTopic(),
    ];
    const admin = kafka.client().admin();
    await admin.connect();
    const group = { [DeliveryHeader.GROUP]: 'g' };
    await produce(
      kafka,
      from,
      [one, two, one, three, two].map((topic) => deadLetterRecord(topic, group)),
    );
    const report = await again({
      from,
      groupId: kafka.groupId(),
      filter: async ({ offset }) => {
        if (offset === '2') await admin.deleteTopics({ topics: [one] });
        while (offset === '2' && (await admin.listTopics()).includes(one));
        return true;
      },
      producer: { retry: { initialRetryTime: 50, retries: 2 } },
    });
    await admin.disconnect();
    expect(report).to.include({ replayed: 4, unroutable: 1, failed: 0, ended: 'at the end' });
    expect(reasons(report)[0]).to.match(/^0\/2 unroutable: .* does not exist/);
    expect([...(await kafka.read(two, 2)), ...(await kafka.read(three, 1))]).to.have.length(3);
  });

  it('chooses the partition by key when the original partition no longer exists', async () => {
    const [topic, from] = [await kafka.createTopic(2), await kafka.createTopic()];
    const of = (partition: string, key: string): object =>
      deadLetterRecord(topic, { [DeliveryHeader.ORIGINAL_PARTITION]: partition }, { key });
    await produce(kafka, from, [of('0', 'a'), of('5', 'a'), of('7', 'a'), of('1', 'b'), of('-1', 'a')] as never);
    expect(await again({ from })).to.include({ replayed: 5, failed: 0 });
    const admin = kafka.client().admin();
    await admin.connect();
    const counts = new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, Number(high)]));
    await admin.disconnect();
    // The records of key "a" whose partition no longer exists are together, as are all that are sent by key.
    expect([
      [1, 4],
      [4, 1],
    ]).to.deep.include([counts.get(0), counts.get(1)]);
    expect(await kafka.read(topic, 5)).to.have.length(5);
  });

  it('counts records that no broker acknowledged, or that a topic rejects, as failed', async () => {
    const [topic, from] = [await kafka.createTopic(), await kafka.createTopic()];
    const small = await kafka.createTopic(1, { topic: `${topic}.small`, configs: { 'max.message.bytes': '2000' } });
    const inFirst = { [DeliveryHeader.ORIGINAL_PARTITION]: '0' };
    await produce(kafka, from, [
      deadLetterRecord(topic),
      deadLetterRecord(small, inFirst, { value: randomBytes(3_000) }),
      deadLetterRecord(small, inFirst),
    ]);
    // A partition that does not exist: kafkajs drops the record, and resolves.
    const report = await again({
      from,
      producer: {
        createPartitioner:
          () =>
          ({ message }) =>
            message.partition ?? 9,
      },
    });
    expect(report).to.include({ replayed: 1, failed: 2 });
    const [unacknowledged, tooLarge] = reasons(report);
    expect(unacknowledged).to.equal(`0/0 failed: [unacknowledged] No broker acknowledged what was sent to "${topic}". Does it exist?`);
    expect(tooLarge).to.match(/^0\/1 failed: .*larger than the max message size/);
    expect(await kafka.read(small, 1)).to.have.length(1);
  });

  it('lists the first hundred places and counts the others', async () => {
    const from = await kafka.createTopic();
    await produce(
      kafka,
      from,
      Array.from({ length: 120 }, () => ({ value: 'plain' })),
    );
    const report = await again({ from, dryRun: true });
    expect([report.unroutable, report.problems.length, report.problems.at(-1)?.offset]).to.deep.equal([120, 100, '99']);
  });

  it('never sends a record to an inner topic of Kafka Streams, unless told so', async () => {
    const [to, from] = [await kafka.createTopic(), await kafka.createTopic()];
    const inner = ['app-KSTREAM-KEY-SELECT-0000000001-repartition', 'app-KTABLE-FK-JOIN-SUBSCRIPTION-RESPONSE-0000000014-topic'];
    await produce(
      kafka,
      from,
      inner.map((topic) => ({ key: 'k', value: 'v', headers: { '__streams.errors.topic': topic } })),
    );
    const report = await again({ from, dryRun: true });
    expect(reasons(report)).to.deep.equal(
      inner.map(
        (topic, at) => `0/${at} unroutable: it names "${topic}", an inner topic of Kafka Streams. Name a topic to send it to: to, or --to`,
      ),
    );
    expect(await again({ from, to })).to.include({ replayed: 2 });
  });

  it('never sends a record without its payload as a tombstone, and sends a true tombstone', async () => {
    const [to, from] = [await kafka.createTopic(), await kafka.createTopic()];
    const shareGroup = { '__dlq.errors.topic': 'orders', '__dlq.errors.partition': '2', '__dlq.errors.offset': '7' };
    const bare = (headers: IHeaders, value: string | null = null): object => ({ key: null, value, headers });
    await produce(kafka, from, [
      bare(shareGroup),
      bare({ '__dlq.errors.message': 'Offset rejected by client.' }),
      bare({ '__streams.errors.exception': 'E', '__streams.errors.partition': '-1' }),
      deadLetterRecord(
        'orders',
        { [VALUE_OMITTED_HEADER]: 'true', [DeliveryHeader.ORIGINAL_PARTITION]: '1', [DeliveryHeader.ORIGINAL_OFFSET]: '3' },
        { value: null },
      ),
      deadLetterRecord('orders', { [VALUE_OMITTED_HEADER]: '' }, { value: '' }),
      deadLetterRecord('orders', {}, { key: 'deleted', value: null }),
      { key: 'deleted too', value: null },
      bare(shareGroup, 'a copy'),
      { ...bare({ '__streams.errors.topic': 'orders' }), key: 'of streams' },
    ] as never);
    for (const dryRun of [true, false]) {
      const report = await again({ from, to, dryRun });
      expect(report).to.include({ replayed: 4, unroutable: 5 });
      expect(reasons(report)).to.deep.equal([
        '0/0 unroutable: payload not in the record: it stood at orders/2/7',
        '0/1 unroutable: payload not in the record',
        '0/2 unroutable: payload not in the record',
        '0/3 unroutable: payload not in the record: it stood at orders/1/3',
        '0/4 unroutable: payload not in the record',
      ]);
    }
    const sent = await kafka.read(to, 4);
    expect(sent.map(({ key, value }) => [key, value].map((bytes) => bytes && String(bytes)))).to.deep.equal([
      ['deleted', null],
      ['deleted too', null],
      [null, 'a copy'],
      ['of streams', null],
    ]);
  });

  it('sends records with null headers, which kafkajs cannot write, and counts them in a dry run', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { orders: 1, dead: 1 } });
    const headers = { [DeliveryHeader.ORIGINAL_TOPIC]: 'orders', tenant: null, [DeliveryHeader.REPLAYS]: null };
    broker.topic('dead').append(0, [
      { key: 'a', value: '1', headers: headers as never },
      { key: 'b', value: '2', headers: { [DeliveryHeader.ORIGINAL_TOPIC]: null } as never },
      { key: 'c', value: '3', headers: { [DeliveryHeader.ORIGINAL_TOPIC]: 'orders', [DeliveryHeader.FAILED_ATTEMPT]: null } as never },
    ]);
    for (const dryRun of [true, false])
      expect(await replayOn(broker.brokers, { from: 'dead', dryRun })).to.include({ replayed: 2, unroutable: 1, failed: 0 });
    const [first, second] = broker.topic('orders').records(0);
    const texts = Object.fromEntries(first?.headers.map(({ key, value }) => [key, String(value)]) ?? []);
    expect(texts).to.include({ tenant: '', [NULL_HEADERS]: 'tenant', [DeliveryHeader.REPLAYS]: '1' });
    expect(String(second?.value)).to.equal('3');
  });

  it('sends records whose headers have names that every object has', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { orders: 1, dead: 1 } });
    const own = Object.fromEntries(Object.getOwnPropertyNames(Object.prototype).map((name) => [name, 'x']));
    broker.topic('dead').append(0, [{ key: 'a', value: '1', headers: { ...own, [DeliveryHeader.ORIGINAL_TOPIC]: 'orders' } }]);
    const seen: unknown[] = [];
    const onRecord = ({ headers }: DeadLetterRecord): void => void seen.push(Object.values(headers).map(String));
    expect(await replayOn(broker.brokers, { from: 'dead', onRecord })).to.include({ replayed: 1, failed: 0 });
    expect(seen).to.deep.equal([[...Object.values(own), 'orders']]);
    const sent = broker
      .topic('orders')
      .records(0)[0]
      ?.headers.map(({ key, value }) => [String(key), String(value)]);
    expect(sent).to.deep.include.members(Object.entries(own));
  });

  it('removes the error and retry headers of other frameworks, and keeps the record’s own', async () => {
    const [topic, from] = [await kafka.createTopic(), await kafka.createTopic()];
    const theirs = [
      'retry_topic-attempts',
      'kafka_exception-message',
      'kafka_original-topic',
      'kafka_dlt-exception-fqcn',
      'kafka_dlt-original-offset',
      'x-exception-message',
      'x-original-topic',
      'delayed-retry-count',
      'dead-letter-reason',
      'deserialization-failure-data',
      '__connect.errors.topic',
      '__streams.errors.topic',
      '__dlq.errors.topic',
      'reason_poisoned',
    ];
    const own = { 'x-original-url': '/orders', 'content-type': 'json', note: 'kafka_dlt-' };
    await produce(kafka, from, [deadLetterRecord(topic, { ...own, ...Object.fromEntries(theirs.map((name) => [name, '1'])) })]);
    expect(await again({ from })).to.include({ replayed: 1 });
    const [message] = await kafka.read(topic, 1);
    const headers = textHeaders(message?.headers);
    expect(headers).to.include(own);
    expect(Object.keys(headers).filter((name) => theirs.includes(name))).to.deep.equal([]);
  });

  it('keeps every header when there is no SDK, also those of other tracers', async () => {
    const [topic, from] = [await kafka.createTopic(), await kafka.createTopic()];
    const traces = {
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      b3: '0',
      'uber-trace-id': '1:2:0:1',
      'tracelink-origin': 'x',
    };
    await produce(kafka, from, [deadLetterRecord(topic, traces)]);
    expect(await again({ from })).to.include({ replayed: 1, traceId: undefined });
    expect(textHeaders((await kafka.read(topic, 1))[0]?.headers)).to.include(traces);
  });
});
