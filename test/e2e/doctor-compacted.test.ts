import { diagnose } from '@tracelink/kafka/doctor';
import { startKafkaContainer, type KafkaContainer } from '@tracelink/testing/containers';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';

const headers = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };

describe('the doctor, of a compacted topic', () => {
  let kafka: KafkaContainer | undefined;
  // The cleaner of the embedded broker does not run by itself.
  before('start Kafka', async () => {
    kafka = await startKafkaContainer('apache/kafka:4.4.0');
  });
  after(() => kafka?.stop());

  it('reads what is left of the last records, and counts the partition as read', async function () {
    this.timeout(110_000);
    if (kafka === undefined) throw new Error('not started');
    const client = new Kafka({ brokers: [kafka.broker], logLevel: logLevel.NOTHING });
    const [admin, producer] = [client.admin(), client.producer()];
    await Promise.all([admin.connect(), producer.connect()]);
    const topic = 'stock';
    const settings = { 'cleanup.policy': 'compact', 'segment.ms': '100', 'min.cleanable.dirty.ratio': '0.01' };
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    await admin.createTopics({ topics: [{ topic, configEntries }], waitForLeaders: true });
    const send = (value: string): Promise<unknown> => producer.send({ topic, messages: [{ key: 'k', value, headers }] });
    for (const value of ['1', '2', '3', '4']) await send(value);
    let found = await diagnose(client, { topics: [topic] });
    let sent = 4;
    // The log cleaner comes in its own time, to segments that are closed: a later record closes them.
    while (found.records === sent) {
      await send(String(++sent));
      found = await diagnose(client, { topics: [topic] });
    }
    await Promise.all([admin.disconnect(), producer.disconnect()]);
    expect(found.records).to.be.within(1, sent - 1);
    expect(found.topics[0]).to.include({ unreadPartitions: 0 });
    expect(found.topics[0]?.findings).to.deep.equal([]);
  });
});
