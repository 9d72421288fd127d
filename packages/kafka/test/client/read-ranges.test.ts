import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { startStudio } from '@tracelink/studio';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { clientsOf } from '../../src/client/client-maker.ts';
import { readRanges } from '../../src/client/read-ranges.ts';
import { originPayload } from '../../src/dead-letters/origin-payload.ts';
import { readDeadLetterRecord } from '../../src/dead-letters/dead-letter-record.ts';
import { studioProviders } from '../../src/studio/index.ts';

const topic = 'orders';
const notInTime = /^.* was not delivered in time: the broker or the network may be slow, compaction may have taken it/;

describe('a record that is read where it stands', () => {
  let broker: EmbeddedKafka;
  let kafka: Kafka;

  beforeEach('start a broker with a record in each of twelve partitions', async () => {
    broker = await EmbeddedKafka.start({ topics: { [topic]: 12 } });
    kafka = new Kafka({ brokers: [...broker.brokers], logLevel: logLevel.NOTHING });
    for (let partition = 0; partition < 12; partition++) broker.topic(topic).append(partition, [{ value: `in ${partition}` }]);
  });
  afterEach('stop it', () => broker.stop());

  it('is the only partition that is fetched', async () => {
    const fetched = new Set<number>();
    broker.on('Fetch', (request, next) => {
      for (const { partitions } of request.body.topics) for (const { partition } of partitions) fetched.add(partition);
      return next();
    });
    const values: string[] = [];
    const unread = await readRanges(
      clientsOf('the test', kafka),
      'reader',
      [{ topic, partition: 11, start: 0n, end: 1n }],
      undefined,
      (_topic, _partition, { value }) => values.push(String(value)),
    );
    expect(unread).to.deep.equal([]);
    expect(values).to.deep.equal(['in 11']);
    expect([...fetched]).to.deep.equal([11]);
  });

  it('is not said to be gone where the broker does not deliver it in time', async () => {
    broker.fault({ api: 'Fetch', times: Infinity }, { error: 'NOT_LEADER_OR_FOLLOWER' });
    const clients = clientsOf('the test', kafka);
    const admin = clients.admin();
    await admin.connect();
    const place = { topic, partition: 11, offset: '0' };
    const record = readDeadLetterRecord('orders.dlq', 0, { key: null, value: null, timestamp: '0', offset: '0' });
    await using studio = await startStudio({ port: 0, deadLetters: studioProviders(kafka).deadLetters });
    const [payload, response] = await Promise.all([
      originPayload(clients, admin, record, { place }, undefined),
      fetch(`${studio.url}/api/dead-letters/${topic}/11/0`),
    ]);
    await admin.disconnect();
    expect(payload).to.have.property('reason').that.matches(notInTime);
    const { error } = (await response.json()) as { readonly error: string };
    expect(error).to.match(notInTime);
    expect(response.status).to.equal(502);
  });
});
