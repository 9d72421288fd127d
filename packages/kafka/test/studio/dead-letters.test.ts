import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { startStudio, type DeadLetterProvider, type DeadLetterSummary } from '@tracelink/studio';
import { expect } from 'chai';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { studioProviders } from '../../src/studio/index.ts';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';

const from = 'orders.packing.dead-letter';

function failed(key: string | null, errorClass: string, trace: string, timestamp: number) {
  const headers = {
    [DeliveryHeader.ORIGINAL_TOPIC]: 'orders',
    [DeliveryHeader.ORIGINAL_PARTITION]: '0',
    [DeliveryHeader.ORIGINAL_OFFSET]: '41',
    [DeliveryHeader.GROUP]: 'packing',
    [DeliveryHeader.ATTEMPTS]: '3',
    [DeliveryHeader.ERROR_CLASS]: errorClass,
    [DeliveryHeader.ERROR_MESSAGE]: 'No stock',
    [DeliveryHeader.FAILED_ATTEMPT]: `00-${trace.repeat(32)}-${'d'.repeat(16)}-01`,
  };
  return { key, value: `value of ${key}`, headers, timestamp };
}

describe('the dead letters of the studio', () => {
  let kafka: EmbeddedKafka;
  let deadLetters: DeadLetterProvider;
  const never = new AbortController().signal;
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: { orders: 1, [from]: 2, 'orders-dlt': 1 } });
    kafka.topic(from).append(0, [failed('1', 'TimeoutError', 'a', 1_000), failed('2', 'TypeError', 'b', 2_000)]);
    kafka.topic(from).append(1, [failed('3', 'TimeoutError', 'a', 3_000)]);
    deadLetters = studioProviders(clients(kafka.brokers)).deadLetters;
  });
  afterEach(() => kafka.stop());

  function clients(brokers: readonly string[]): Kafka {
    return new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
  }

  /** What an admin client sees. */
  async function seen<T>(ask: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = clients(kafka.brokers).admin();
    try {
      await admin.connect();
      return await ask(admin);
    } finally {
      await admin.disconnect();
    }
  }

  async function read(topic: string, most = 100): Promise<{ found: DeadLetterSummary[]; extent: unknown }> {
    const found: DeadLetterSummary[] = [];
    const extent = await deadLetters.read(topic, { most, signal: never, found: (record) => found.push(record) });
    return { found, extent };
  }

  it('are the topics that exist, with their counts, times and groups', async () => {
    expect(await deadLetters.topics(never)).to.deep.equal([
      { topic: 'orders-dlt', records: 0, oldest: undefined, newest: undefined, groups: [], writers: [] },
      { topic: from, records: 3, oldest: 1_000, newest: 3_000, groups: ['packing'], writers: ['tracelink'] },
    ]);
  });

  it('are read without a group of the reader’s left behind', async () => {
    const { found, extent } = await read(from);
    expect(extent).to.deep.equal({ records: 3, unreadPartitions: 0 });
    expect(found.map(({ key }) => String(Buffer.from(key ?? [])))).to.have.members(['1', '2', '3']);
    expect(found.find(({ offset }) => offset === '1')).to.deep.equal({
      partition: 0,
      offset: '1',
      timestamp: 2_000,
      key: Buffer.from('2'),
      valueSize: 10,
      writer: 'tracelink',
      originalTopic: 'orders',
      originalPartition: 0,
      originalOffset: '41',
      originalTimestamp: undefined,
      groupId: 'packing',
      attempts: 3,
      firstFailure: undefined,
      errorClass: 'TypeError',
      errorMessage: 'No stock',
      traceId: 'b'.repeat(32),
      originTraceId: undefined,
      replays: 0,
    });
    expect(await seen((admin) => admin.listGroups())).to.deep.equal({ groups: [] });
  });

  it('are the newest of each partition where a topic has more than was asked for', async () => {
    const { found, extent } = await read(from, 2);
    expect(extent).to.deep.equal({ records: 3, unreadPartitions: 0 });
    expect(found.map(({ partition, offset }) => `${partition}/${offset}`)).to.have.members(['0/1', '1/0']);
  });

  it('are none where the topic is empty', async () => {
    expect(await read('orders-dlt')).to.deep.equal({ found: [], extent: { records: 0, unreadPartitions: 0 } });
  });

  it('are a record with its bytes and headers, of any topic', async () => {
    const producer = clients(kafka.brokers).producer();
    await producer.connect();
    const repeated = { note: ['first', Buffer.from([0xfe])], other: 'text' };
    await producer.send({ topic: 'orders', messages: [{ value: Buffer.from([0xff, 0]), headers: repeated }] });
    await producer.disconnect();
    kafka.topic('orders').append(0, [{ value: null, headers: { none: null } }]);
    const record = await deadLetters.record({ topic: 'orders', partition: 0, offset: '0' }, never);
    expect(record.headers).to.deep.equal([
      ['note', Buffer.from('first')],
      ['note', Buffer.from([0xfe])],
      ['other', Buffer.from('text')],
    ]);
    expect([record.key, record.value, record.errorClass, record.writer]).to.deep.equal([
      null,
      Buffer.from([0xff, 0]),
      undefined,
      undefined,
    ]);
    const bare = await deadLetters.record({ topic: 'orders', partition: 0, offset: '1' }, never);
    expect([bare.value, bare.valueSize, bare.headers]).to.deep.equal([null, undefined, [['none', null]]]);
  });

  it('say which topic or record is not there', async () => {
    const address = { topic: from, partition: 0, offset: '7' };
    expect(await rejectionOf(deadLetters.record(address, never))).to.include({ code: 'record_missing' });
    expect(await rejectionOf(deadLetters.record({ ...address, partition: 9 }, never))).to.include({ code: 'record_missing' });
    expect(await rejectionOf(deadLetters.record({ ...address, topic: 'gone' }, never))).to.include({ code: 'topic_missing' });
    expect(await rejectionOf(read('gone'))).to.include({ code: 'topic_missing' });
    expect(await seen((admin) => admin.listTopics())).to.not.include('gone');
  });

  it('are answered by the studio with 404 and why where they are not there, and with 502 where the broker is not', async () => {
    await using studio = await startStudio({ port: 0, deadLetters });
    const answer = async (path: string): Promise<string> => {
      const response = await fetch(`${studio.url}/api/dead-letters/${path}`);
      return `${response.status} ${((await response.json()) as { error: string }).error}`;
    };
    await seen(async (admin) => {
      // kafkajs must have requested the topic's metadata before.
      await admin.fetchTopicOffsets(from);
      await admin.deleteTopicRecords({ topic: from, partitions: [{ partition: 0, offset: '1' }] });
    });
    expect(await answer('gone')).to.equal('404 [topic_missing] The topic "gone" does not exist, or this client may not see it.');
    expect(await answer('gone/0/0')).to.equal('404 [topic_missing] The topic "gone" does not exist, or this client may not see it.');
    expect(await answer(`${from}/9/0`)).to.equal(`404 [record_missing] There is no partition 9 in "${from}".`);
    expect(await answer(`${from}/0/0`)).to.equal(`404 [record_missing] There is no record 0 in partition 0 of "${from}" any more.`);
    expect(await answer(`${from}/0/2`)).to.equal(`404 [record_missing] There is no record 2 in partition 0 of "${from}": it ends before.`);
    await kafka.stop();
    expect(await answer(from)).to.match(/^502 .*ECONNREFUSED/);
    expect(await answer(`${from}/0/1`)).to.match(/^502 .*ECONNREFUSED/);
  });

  it('say that a topic is not there which is deleted while they are asked, and list the others', async () => {
    // As a broker answers that has deleted the topic since it was listed.
    kafka.fault({ api: 'ListOffsets', topic: from, times: 1_000 }, { error: 'UNKNOWN_TOPIC_OR_PARTITION' });
    const address = { topic: from, partition: 0, offset: '0' };
    for (const error of [await rejectionOf(deadLetters.record(address, never)), await rejectionOf(read(from))])
      expect(error).to.include({ code: 'topic_missing', message: `[topic_missing] The topic "${from}" does not exist any more.` });
    expect((await deadLetters.topics(never)).map(({ topic }) => topic)).to.deep.equal(['orders-dlt']);
  });

  it('say that the broker does not answer, and are there again with it', async () => {
    const port = Number(kafka.brokers[0]?.split(':')[1]);
    await kafka.stop();
    expect(String(await rejectionOf(deadLetters.topics(never)))).to.include('ECONNREFUSED');
    kafka = await EmbeddedKafka.start({ port, topics: { [from]: 1 } });
    expect((await deadLetters.topics(never)).map(({ topic }) => topic)).to.deep.equal([from]);
  });

  it('end when no one waits for them any more, though the broker does not answer', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    const asked = once(silent, 'connection') as Promise<[Socket]>;
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const page = new AbortController();
    const topics = rejectionOf(studioProviders(clients([`127.0.0.1:${port}`])).deadLetters.topics(page.signal));
    const [socket] = await asked;
    page.abort(new Error('The page has gone.'));
    expect(await topics).to.equal(page.signal.reason);
    socket.destroy();
    silent.close();
  });
});

/** What a promise rejects with. */
function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('it resolved');
    },
    (error: unknown) => error,
  );
}
