import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { KafkaTracingError } from '../../../src/core/kafka-tracing-error.ts';
import { AcknowledgedSender } from '../../../src/sender/acknowledged-sender.ts';
import { DeadLetters } from '../../../src/subscribe/dead-letter/failure-destinations.ts';
import { DeliveryTopicSender } from '../../../src/subscribe/dead-letter/delivery-topic-sender.ts';
import { DeliveryTopics } from '../../../src/subscribe/dead-letter/delivery-topics.ts';
import { settingsOf } from '../../../src/subscribe/settings.ts';
import { prepareTopics } from '../../../src/subscribe/subscription-group.ts';
import { DeliveryHeader, type WrittenFailure } from '../../../src/subscribe/headers/delivery-headers.ts';

async function deadLetterTopics(
  admin: Admin,
  topics: readonly string[],
  nameOf: (topic: string) => string,
): Promise<ReadonlyMap<string, string>> {
  const naming = { kind: 'dead-letter', nameOf } as const;
  return (await DeliveryTopics.prepare(admin, topics, [naming], () => admin)).of(naming);
}

describe('dead-letter topics', () => {
  let kafka: EmbeddedKafka;
  let client: Kafka;
  let admin: Admin;
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: { orders: 3, shipments: 1, narrow: 2 } });
    client = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING, retry: { retries: 0 } });
    admin = client.admin();
    await admin.connect();
  });
  afterEach(async () => {
    await admin.disconnect();
    await kafka.stop();
  });
  const refused = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

  it('leave a former retry topic deleted that was deleted while a subscription starts', async () => {
    const former = 'orders.packing.retry.1h';
    const other = client.admin();
    await other.connect();
    await other.createTopics({ topics: [{ topic: former, numPartitions: 3 }] });
    const listTopics = async (): Promise<string[]> => {
      const listed = await admin.listTopics();
      if (listed.includes(former)) await other.deleteTopics({ topics: [former] });
      return listed;
    };
    const settings = settingsOf({ groupId: 'packing', topics: ['orders'], deadLetter: false, handler: () => {} });
    await prepareTopics({ ...admin, listTopics }, settings, () => admin);
    expect(await other.listTopics()).to.not.include(former);
    await other.disconnect();
  });

  it('are created once, with the partition counts of their sources', async () => {
    const expected = new Map([
      ['orders', 'orders.dead'],
      ['shipments', 'shipments.dead'],
    ]);
    for (let time = 0; time < 2; time++)
      expect(await deadLetterTopics(admin, ['orders', 'shipments'], (topic) => `${topic}.dead`)).to.deep.equal(expected);
    expect(kafka.topic('orders.dead').partitions).to.equal(3);
  });

  it('are not created when their sources are missing, which the error names', async () => {
    const error = await refused(deadLetterTopics(admin, ['orders', 'oders', 'paid'], (topic) => `${topic}.dead`));
    expect(error)
      .to.be.instanceOf(KafkaTracingError)
      .with.property('message', '[topic_missing] subscribe cannot find the topic "oders", the topic "paid": create it first.');
    expect(kafka.topic('orders.dead').partitions).to.equal(0);
  });

  it('are named in an error that says what to do when they cannot be created', async () => {
    kafka.fault({ api: 'CreateTopics' }, { error: 'TOPIC_AUTHORIZATION_FAILED' });
    const error = await refused(deadLetterTopics(admin, ['orders'], (topic) => `${topic}.dead`));
    expect(error).to.be.instanceOf(KafkaTracingError).with.property('code', 'topic_missing');
    expect((error as Error).message).to.contain('"orders.dead" (3 partitions). Create them, or name others by deadLetter.topic.');
  });

  it('are rejected by name when Kafka would reject the name', async () => {
    const error = await refused(deadLetterTopics(admin, ['orders'], () => 'for my group'));
    expect(error).to.be.instanceOf(KafkaTracingError).with.property('code', 'invalid_option');
    expect((error as Error).message).to.contain('"for my group" cannot be the name of the dead-letter topic of "orders"');
  });

  it('are rejected when they are themselves a subscribed topic', async () => {
    const error = await refused(deadLetterTopics(admin, ['orders', 'shipments'], () => 'shipments'));
    expect((error as Error).message).to.match(
      /"shipments" cannot be the name of the dead-letter topic of "orders".*as it is one of the topics/,
    );
  });

  it('may be shared by several sources, unlike retry topics', async () => {
    const both = await deadLetterTopics(admin, ['orders', 'shipments'], () => 'dead');
    expect([...both.values()]).to.deep.equal(['dead', 'dead']);
    const error = await refused(
      DeliveryTopics.prepare(admin, ['orders', 'shipments'], [{ kind: 'retry', nameOf: () => 'later', delay: 5 }], () => admin),
    );
    expect((error as Error).message).to.match(/the retry topic of "shipments": give another by retryTopics.topic/);
  });

  it('take a record in its partition modulo their count, and without the stack when the stack makes it too large', async () => {
    const producer = client.producer({
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition ?? 0,
    });
    await producer.connect();
    const sender = new AcknowledgedSender(
      (record) => producer.send(record),
      () => admin,
    );
    const topics = await DeliveryTopics.prepare(admin, ['orders'], [{ kind: 'dead-letter', nameOf: () => 'narrow' }], () => admin);
    const destination = new DeadLetters(new DeliveryTopicSender(sender, topics, []), new Map([['orders', 'narrow']]), 'tracelink');
    const failure: WrittenFailure = {
      topic: 'orders',
      partition: 2,
      offset: '7',
      timestamp: 1,
      groupId: 'g',
      attempts: 3,
      firstFailure: 2,
      error: new Error('no'),
      attempt: undefined,
    };
    const failed = { key: Buffer.from('k'), value: null, headers: { note: ['a', 'b'], [DeliveryHeader.ATTEMPTS]: 'of another day' } };
    kafka.fault({ api: 'Produce' }, { error: 'MESSAGE_TOO_LARGE' });
    expect(await destination.write(failed, failure)).to.equal('narrow');
    kafka.assertNoPendingFaults();
    await producer.disconnect();
    const [record] = kafka.topic('narrow').records(0);
    expect([String(record?.key), record?.value]).to.deep.equal(['k', null]);
    const headers = (record?.headers ?? []).map(({ key, value }) => `${String(key)}=${String(value)}`);
    expect(headers).to.include.members(['note=a', 'note=b', `${DeliveryHeader.ATTEMPTS}=3`, `${DeliveryHeader.ORIGINAL_OFFSET}=7`]);
    expect(headers.some((header) => header.startsWith(DeliveryHeader.ERROR_STACK) || header.includes('of another day'))).to.equal(false);
    const lost = await refused(destination.write(failed, { ...failure, topic: 'unknown' }));
    expect(lost).to.be.instanceOf(TypeError);
  });
});
