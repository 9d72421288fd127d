import { kafkaUnderTest, type KafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { Kafka, logLevel, type Admin, type Producer } from 'kafkajs';
import { clientsOf } from '../../src/client/client-maker.ts';
import type { FetchedRecord } from '../../src/client/port/message.ts';
import { originPayload, type OriginPayload } from '../../src/dead-letters/origin-payload.ts';
import { missingPayload } from '../../src/dead-letters/missing-payload.ts';
import { readDeadLetterRecord, type DeadLetterRecord } from '../../src/dead-letters/dead-letter-record.ts';

describe('the payload of a dead-letter record at its origin', () => {
  let kafka: KafkaUnderTest;
  let client: Kafka;
  let admin: Admin;
  let producer: Producer;
  before(async () => {
    kafka = await kafkaUnderTest();
    client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING });
    admin = client.admin();
    producer = client.producer();
    await Promise.all([admin.connect(), producer.connect()]);
  });
  after(async () => {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
    await kafka.stop();
  });

  const read = async (record: DeadLetterRecord): Promise<OriginPayload | undefined> => {
    const missing = missingPayload(record);
    return missing && originPayload(clientsOf('the test', client), admin, record, missing, undefined);
  };

  it('is read where a share group says that its record stood, and leaves no group behind', async () => {
    const topic = await kafka.createTopic();
    await producer.send({
      topic,
      messages: ['tea', 'milk', 'rice'].map((value) => ({ key: `of ${value}`, value, headers: { tenant: 'acme' } })),
    });
    const found = await read(ofShareGroup(topic, 1));
    expect(found).to.deep.include({ place: { topic, partition: 0, offset: '1' } });
    const { key, value, headers } = messageOf(found);
    expect([String(key), String(value), String(headers?.['tenant'])]).to.deep.equal(['of milk', 'milk', 'acme']);
    const { groups } = await admin.listGroups();
    expect(groups.filter(({ groupId }) => groupId.startsWith('tracelink-dead-letters-'))).to.deep.equal([]);
  });

  it('is not looked for where the record has it, and is said to be nowhere where the record names no place', async () => {
    expect(await read({ ...ofShareGroup('orders', 0), value: Buffer.from('a copy') })).to.equal(undefined);
    const punctuated = deadLetter({ '__streams.errors.exception': 'E', '__streams.errors.partition': '-1' });
    for (const record of [punctuated, ofShareGroup('', 0), ofShareGroup('orders', Number.NaN)])
      expect(await read(record)).to.deep.equal({ place: undefined, reason: 'it does not say where it stood' });
  });

  it('is said to be removed by retention where the log begins behind it', async () => {
    const topic = await kafka.createTopic();
    await producer.send({ topic, messages: ['tea', 'milk'].map((value) => ({ value })) });
    // kafkajs must have requested the topic’s metadata before.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '1' }] });
    expect(await read(ofShareGroup(topic, 0))).to.have.property('reason', `retention has removed it: ${topic}/0 begins at 1`);
  });

  it('is said to be of another log where the topic ends before it, lacks its partition, or holds a later record there', async () => {
    const topic = await kafka.createTopic();
    await producer.send({ topic, messages: [{ value: 'later', timestamp: String(Date.now()) }] });
    const anew = 'the topic was made anew after the failure';
    expect(await read(ofShareGroup(topic, 7))).to.have.property('reason', `${topic}/0 ends at 1: ${anew}, or a transaction is open there`);
    const elsewhere = deadLetter({ '__dlq.errors.topic': topic, '__dlq.errors.partition': '3', '__dlq.errors.offset': '0' });
    expect(await read(elsewhere)).to.have.property('reason', `the topic ${topic} has no partition 3: it was made anew after the failure`);
    const long = { ...ofShareGroup(topic, 0), timestamp: Date.now() - 3_600_000 };
    expect(await read(long)).to.have.property('reason', `what stands at ${topic}/0/0 is another record: ${anew}`);
    const dated = { ...ofShareGroup(topic, 0), originalTimestamp: 1 };
    expect(await read(dated)).to.have.property('reason', `what stands at ${topic}/0/0 is another record: ${anew}`);
  });

  it('is said to be gone where its topic is, which is not created', async () => {
    const missing = kafka.topic();
    expect(await read(ofShareGroup(missing, 0))).to.have.property('reason', `the topic ${missing} does not exist any more`);
    expect(await admin.listTopics()).to.not.include(missing);
  });

  it('is not said to be gone where the reading was ended', async () => {
    const topic = await kafka.createTopic();
    await producer.send({ topic, messages: [{ value: 'tea' }] });
    const reason = new Error('enough');
    const reading = originPayload(
      clientsOf('the test', client),
      admin,
      ofShareGroup(topic, 0),
      { place: { topic, partition: 0, offset: '0' } },
      AbortSignal.abort(reason),
    );
    expect(await reading.catch((error: unknown) => error)).to.equal(reason);
  });

  it('is said to be no record where a transaction was aborted', async () => {
    const topic = await kafka.createTopic();
    const transactional = client.producer({ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 });
    await transactional.connect();
    const transaction = await transactional.transaction();
    await transaction.send({ topic, messages: [{ value: 'aborted' }] });
    await transaction.abort();
    await transactional.disconnect();
    // The coordinator answers before it has written the marker, up to which the topic is open.
    while ((await admin.fetchTopicOffsets(topic))[0]?.high !== '2');
    const reason = `no record stands at ${topic}/0/0: compaction took it, or a transaction was aborted`;
    expect(await read(ofShareGroup(topic, 0))).to.have.property('reason', reason);
  });
});

function ofShareGroup(topic: string, offset: number): DeadLetterRecord {
  return deadLetter({ '__dlq.errors.topic': topic, '__dlq.errors.partition': '0', '__dlq.errors.offset': String(offset) });
}

function deadLetter(headers: Readonly<Record<string, string>>): DeadLetterRecord {
  const message: FetchedRecord = {
    key: null,
    value: null,
    timestamp: String(Date.now()),
    offset: '0',
    attributes: 0,
    headers: { ...headers },
  };
  return readDeadLetterRecord('orders.dlq', 0, message);
}

function messageOf(found: OriginPayload | undefined): FetchedRecord {
  if (found === undefined || !('message' in found)) throw new Error(`there is no message: ${found?.reason}`);
  return found.message;
}
