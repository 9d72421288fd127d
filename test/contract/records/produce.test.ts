import { expect } from 'chai';
import { CompressionTypes } from 'kafkajs';
import { encodeBatch } from '../../../packages/embedded-kafka/src/records/encode-batch.ts';
import { Session } from '../../../packages/embedded-kafka/test/support/session.ts';
import { read } from '../support/deliveries.ts';
import { outcome } from '../support/error-name.ts';
import { listOffset, only, produceBatch } from '../support/requests.ts';
import { useKafka } from '../support/use-kafka.ts';

describe('contract: produce', () => {
  const kafka = useKafka();

  it('appends batches in the order of sending and returns the first offset of each', async () => {
    const topic = await kafka.createTopic();
    const producer = await kafka.producer();
    const [first] = await producer.send({ topic, messages: [{ value: 'a' }, { value: 'b' }, { value: 'c' }] });
    const [second] = await producer.send({ topic, messages: [{ value: 'd' }] });
    expect(first).to.include({ topicName: topic, partition: 0, errorCode: 0, baseOffset: '0', logAppendTime: '-1', logStartOffset: '0' });
    expect(second).to.include({ baseOffset: '3' });
    const deliveries = await read(await kafka.consumer(), [topic], 4);
    expect(deliveries.map(({ offset, value }) => [offset, value])).to.deep.equal([
      ['0', 'a'],
      ['1', 'b'],
      ['2', 'c'],
      ['3', 'd'],
    ]);
  });

  it('stores keys, values and headers byte for byte, and repeated headers in their order', async () => {
    const topic = await kafka.createTopic();
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    const headers = { binary: bytes, text: 'ü', twice: ['1', '2'], empty: '' };
    await (await kafka.producer()).send({ topic, messages: [{ key: bytes, value: bytes, headers }] });
    const { message } = only(await read(await kafka.consumer(), [topic], 1));
    expect(message.key).to.deep.equal(bytes);
    expect(message.value).to.deep.equal(bytes);
    expect(message.headers).to.deep.equal({
      binary: bytes,
      text: Buffer.from('ü'),
      twice: [Buffer.from('1'), Buffer.from('2')],
      empty: Buffer.alloc(0),
    });
  });

  it('stores a null value and a null key as other than empty ones', async () => {
    const topic = await kafka.createTopic();
    const messages = [
      { key: 'k', value: null },
      { key: '', value: '' },
      { key: null, value: 'v' },
    ];
    await (await kafka.producer()).send({ topic, messages });
    const deliveries = await read(await kafka.consumer(), [topic], 3);
    expect(deliveries.map(({ message: { key, value } }) => [key, value].map((part) => part?.toString() ?? null))).to.deep.equal([
      ['k', null],
      ['', ''],
      [null, 'v'],
    ]);
  });

  it('keeps the order within each partition when sends are concurrent', async () => {
    const topic = await kafka.createTopic({ partitions: 3 });
    const producer = await kafka.producer({ maxInFlightRequests: 1 });
    const numbers = Array.from({ length: 300 }, (_, index) => index);
    await Promise.all(
      numbers.map((number) =>
        producer.send({ topic, messages: [{ key: `key-${number % 7}`, value: String(number), partition: number % 3 }] }),
      ),
    );
    const deliveries = await read(await kafka.consumer(), [topic], 300);
    for (const [partition, own] of Map.groupBy(deliveries, (delivery) => delivery.partition)) {
      expect(own.map(({ value }) => Number(value))).to.deep.equal(numbers.filter((number) => number % 3 === partition));
    }
  });

  for (const acks of [-1, 1]) {
    it(`answers a request with acks ${acks} when the message is stored`, async () => {
      const topic = await kafka.createTopic();
      const metadata = await (await kafka.producer()).send({ topic, acks, messages: [{ value: 'a' }] });
      expect(metadata).to.have.lengthOf(1);
      expect(await listOffset(await kafka.connection(), topic, -1)).to.include({ offset: '1' });
    });
  }

  it('stores a message with acks 0 and sends no response', async () => {
    const topic = await kafka.createTopic();
    const producer = await kafka.producer();
    expect(await producer.send({ topic, acks: 0, messages: [{ value: 'a' }] })).to.be.empty;
    expect(await producer.send({ topic, acks: 1, messages: [{ value: 'b' }] })).to.have.deep.nested.property('[0].baseOffset', '1');
  });

  it('closes the connection of a rejected message with acks 0, so that its producer refreshes its metadata', async () => {
    const records = encodeBatch({ records: [{ value: Buffer.from('a'), timestamp: Date.now() }] });
    const send = (session: Session, name: string, index: number): void =>
      session.post('Produce', 7, {
        transactionalId: null,
        acks: 0,
        timeoutMs: 5_000,
        topicData: [{ name, partitionData: [{ index, records }] }],
      });
    const topic = await kafka.createTopic();
    for (const [name, index] of [
      [kafka.topicName(), 0],
      [topic, 1],
    ] as const) {
      await using session = await Session.open(kafka.broker());
      send(session, topic, 0);
      const software = { clientSoftwareName: 'contract', clientSoftwareVersion: '1' };
      expect((await session.ask('ApiVersions', 3, software)).errorCode, 'an accepted message leaves it open').to.equal(0);
      send(session, name, index);
      session.socket.resume();
      await session.closed;
    }
    expect(await listOffset(await kafka.connection(), topic, -1)).to.include({ offset: '2' });
  });

  it('rejects an invalid number of acks', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    expect(await produceBatch(connection, topic, [{ value: 'a' }], { acks: 2 })).to.include({ error: 'INVALID_REQUIRED_ACKS' });
  });

  it('accepts gzip batches beside uncompressed ones', async () => {
    const topic = await kafka.createTopic();
    const producer = await kafka.producer();
    const values = (from: number): { value: string }[] => Array.from({ length: 50 }, (_, index) => ({ value: `value ${from + index}` }));
    await producer.send({ topic, compression: CompressionTypes.GZIP, messages: values(0) });
    await producer.send({ topic, messages: values(50) });
    await producer.send({ topic, compression: CompressionTypes.GZIP, messages: values(100) });
    const deliveries = await read(await kafka.consumer(), [topic], 150);
    expect(deliveries.map(({ value }) => value)).to.deep.equal(
      values(0)
        .concat(values(50), values(100))
        .map(({ value }) => value),
    );
    expect(deliveries.map(({ offset }) => Number(offset))).to.deep.equal(Array.from({ length: 150 }, (_, index) => index));
  });

  it('rejects a batch whose compressed size exceeds max.message.bytes, and stores nothing of it', async () => {
    const topic = await kafka.createTopic({ configs: { 'max.message.bytes': '1000' } });
    const producer = await kafka.producer();
    const messages = [{ value: 'x'.repeat(5_000) }];
    expect(await outcome(producer.send({ topic, messages }))).to.equal('MESSAGE_TOO_LARGE');
    expect(await listOffset(await kafka.connection(), topic, -1)).to.include({ offset: '0' });
    expect(await outcome(producer.send({ topic, messages, compression: CompressionTypes.GZIP }))).to.equal('NONE');
  });

  it('accepts a batch just below the default limit of 1,048,588 bytes and rejects one above it', async () => {
    const topic = await kafka.createTopic();
    const producer = await kafka.producer();
    const send = (size: number): Promise<string> => outcome(producer.send({ topic, messages: [{ value: Buffer.alloc(size) }] }));
    expect(await send(1_048_400)).to.equal('NONE');
    expect(await send(1_048_600)).to.equal('MESSAGE_TOO_LARGE');
  });

  it('rejects an unknown topic and an unknown partition', async () => {
    const topic = await kafka.createTopic({ partitions: 2 });
    const connection = await kafka.connection();
    const unknown = 'UNKNOWN_TOPIC_OR_PARTITION';
    expect(await produceBatch(connection, topic, [{ value: 'a' }], { partition: 2 })).to.include({ error: unknown, baseOffset: '-1' });
    expect(await produceBatch(connection, kafka.topicName(), [{ value: 'a' }])).to.include({ error: unknown });
    const producer = await kafka.producer({ retry: { retries: 0 } });
    expect(await outcome(producer.send({ topic: kafka.topicName(), messages: [{ value: 'a' }] }))).to.equal(unknown);
  });

  it('stores the valid partitions of a request and returns an error for the invalid one', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    const messages = [{ key: null, value: 'a', headers: {} }];
    const topicData = [{ topic, partitions: [5, 0].map((partition) => ({ partition, messages })) }];
    const { topics } = await connection.ask('Produce', 7, { acks: -1, timeout: 5_000, topicData });
    const errors = topics.flatMap(({ partitions }) => partitions.map(({ partition, error }) => [partition, error]));
    expect(errors).to.have.deep.members([
      [0, 'NONE'],
      [5, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ]);
    expect(await listOffset(connection, topic, -1)).to.include({ offset: '1' });
  });

  it('rejects a batch whose checksum does not match its bytes', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    const tamper = (body: Buffer): void => void body.writeUInt8(body.readUInt8(body.length - 2) ^ 1, body.length - 2);
    expect(await produceBatch(connection, topic, [{ value: 'abc' }], { tamper })).to.include({ error: 'CORRUPT_MESSAGE' });
    expect(await listOffset(connection, topic, -1)).to.include({ offset: '0' });
  });
});
