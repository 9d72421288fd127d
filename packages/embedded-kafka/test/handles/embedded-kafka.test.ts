import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'chai';
import { CompressionTypes, Kafka, logLevel, Partitioners, type KafkaMessage } from 'kafkajs';
import { commitOffset } from '../support/ask.ts';
import { EmbeddedKafka, EmbeddedKafkaError } from '../../src/index.ts';

const client = (brokers: string[]): Kafka => new Kafka({ clientId: 'test', brokers, logLevel: logLevel.NOTHING });

/** Resolves with the first `count` messages of a topic, in the order in which a new group receives them. */
async function consume(kafka: Kafka, topic: string, count: number): Promise<KafkaMessage[]> {
  const consumer = kafka.consumer({ groupId: `group-of-${topic}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const messages: KafkaMessage[] = [];
  await new Promise<void>((resolve, reject) => {
    const eachMessage = async ({ message }: { message: KafkaMessage }): Promise<void> => {
      if (messages.push(message) === count) resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  await consumer.disconnect();
  return messages;
}

describe('EmbeddedKafka', () => {
  it('delivers key, value and headers of kafkajs messages, compressed or not', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { orders: 1 } });
    const kafka = client(broker.brokers);
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic: 'orders', messages: [{ key: 'k', value: 'first', headers: { b3: '0' } }] });
    await producer.send({ topic: 'orders', compression: CompressionTypes.GZIP, messages: [{ key: null, value: null }] });
    await producer.disconnect();

    const [first, second] = await consume(kafka, 'orders', 2);

    expect(first?.key?.toString()).to.equal('k');
    expect(first?.value?.toString()).to.equal('first');
    expect(first?.headers?.['b3']?.toString()).to.equal('0');
    expect([second?.offset, second?.key, second?.value]).to.deep.equal(['1', null, null]);
  });

  it('spreads partitions and groups over several brokers, which clients find on their own', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { spread: 6 }, brokers: 3 });
    const kafka = client(broker.brokers.slice(0, 1));
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic: 'spread', messages: Array.from({ length: 6 }, (_, partition) => ({ partition, value: `${partition}` })) });
    await producer.disconnect();

    const values = (await consume(kafka, 'spread', 6)).map(({ value }) => value?.toString());

    expect(values).to.have.members(['0', '1', '2', '3', '4', '5']);
  });

  it('shows committed transactions and hides aborted ones', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { payments: 1 } });
    const kafka = client(broker.brokers);
    const producer = kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      transactionalId: 'payments',
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    for (const [value, commit] of [
      ['aborted', false],
      ['committed', true],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic: 'payments', messages: [{ value }] });
      await (commit ? transaction.commit() : transaction.abort());
    }
    await producer.disconnect();

    const [message] = await consume(kafka, 'payments', 1);

    expect(message?.value?.toString()).to.equal('committed');
  });

  it('resumes at the committed offset after a restart of the consumer', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { resumed: 1 } });
    const kafka = client(broker.brokers);
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic: 'resumed', messages: [{ value: 'before' }] });
    expect((await consume(kafka, 'resumed', 1)).map(({ value }) => value?.toString())).to.deep.equal(['before']);

    await producer.send({ topic: 'resumed', messages: [{ value: 'after' }] });
    await producer.disconnect();

    expect((await consume(kafka, 'resumed', 1)).map(({ value }) => value?.toString())).to.deep.equal(['after']);
  });

  it('creates and deletes topics for an admin client, and rejects invalid ones with the reason', async () => {
    await using broker = await EmbeddedKafka.start();
    const admin = client(broker.brokers).admin();
    await admin.connect();
    const create = (topic: string, numPartitions = 1): Promise<boolean> => admin.createTopics({ topics: [{ topic, numPartitions }] });

    expect(await create('made', 2)).to.be.true;
    expect(await create('made')).to.be.false;
    const refused = await create('not a name').catch((error: Error & { errors?: Error[] }) => error.errors?.[0]?.message ?? error.message);
    expect(refused).to.match(/invalid topic/i);
    expect(await admin.listTopics()).to.deep.equal(['made']);
    expect(await admin.fetchTopicOffsets('made')).to.have.length(2);
    await admin.deleteTopics({ topics: ['made'] });
    expect(await admin.listTopics()).to.deep.equal([]);
    await admin.disconnect();
  });

  it('closes a connection that sends garbage, logs the reason, and serves the others', async () => {
    const lines: string[] = [];
    await using broker = await EmbeddedKafka.start({ log: (line) => lines.push(line) });
    const [host = '', port] = (broker.brokers[0] ?? '').split(':');
    const socket = connect(Number(port), host);
    socket.end('GET / HTTP/1.1\r\n\r\n');
    socket.resume();
    await once(socket, 'close');

    expect(lines).to.have.length(1);
    expect(lines[0]).to.match(/closed: a frame of .*HTTP/);
    const admin = client(broker.brokers).admin();
    await admin.connect();
    expect(await admin.listTopics()).to.deep.equal([]);
    await admin.disconnect();
  });

  it('closes a connection that sends garbage when the log throws', async () => {
    await using broker = await EmbeddedKafka.start({ log: () => expect.fail('no log today') });
    const [host = '', port] = (broker.brokers[0] ?? '').split(':');
    const socket = connect(Number(port), host);
    // Not end(): the broker must close the connection.
    socket.write('GET / HTTP/1.1\r\n\r\n');
    socket.resume();
    await once(socket, 'close');
  });

  it('shows records and committed offsets after it has stopped', async () => {
    const stopped = await EmbeddedKafka.start({ topics: { orders: 1 } });
    stopped.topic('orders').append(0, [{ value: 'a' }]);
    await commitOffset(stopped, 'workers', 'orders', 1);
    await stopped.stop();
    expect(stopped.topic('orders').records(0)).to.have.length(1);
    expect(stopped.group('workers').committedOffsets()).to.deep.equal([{ topic: 'orders', partition: 0, offset: 1, metadata: '' }]);
    expect(stopped.group('workers').state()).to.equal('Dead');
  });

  it('rejects a wait for a request when it stops, and once it has stopped', async () => {
    const stopped = await EmbeddedKafka.start();
    const before = stopped.waitForRequest('Fetch');
    await stopped.stop();
    for (const waited of [before, stopped.waitForRequest('Fetch')]) {
      const error = await waited.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).to.have.property('code', 'stopped');
    }
  });

  it('rejects invalid options and a port that is taken', async () => {
    const refused = async (options: Parameters<typeof EmbeddedKafka.start>[0]): Promise<string> => {
      try {
        await using _ = await EmbeddedKafka.start(options);
        return 'started';
      } catch (error) {
        expect(error).to.be.instanceOf(EmbeddedKafkaError);
        return (error as EmbeddedKafkaError).code;
      }
    };
    await using other = await EmbeddedKafka.start();
    expect(await refused({ brokers: 0 })).to.equal('invalid_option');
    expect(await refused({ topics: { orders: 0.5 } })).to.equal('invalid_option');
    expect(await refused({ topics: { 'a/b': 1 } })).to.equal('invalid_option');
    expect(await refused({ topics: { 'a.b': 1, a_b: 1 } })).to.equal('invalid_option');
    expect(await refused({ topics: { orders: 10_001 } })).to.equal('invalid_option');
    expect(await refused({ defaultPartitions: 10_001 })).to.equal('invalid_option');
    expect(await refused({ port: Number(other.brokers[0]?.split(':')[1]) })).to.equal('cannot_listen');
  });
});
