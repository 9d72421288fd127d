import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { patientAdmin } from '../../../src/client/kafkajs/patient-admin.ts';
import { withHighWatermarks } from '../../../src/client/kafkajs/uncommitted-admin.ts';
import { unansweredQuestion } from './unanswered-question.ts';

describe('withHighWatermarks', () => {
  let broker: EmbeddedKafka;
  let kafka: Kafka;
  beforeEach('start a broker', async () => {
    broker = await EmbeddedKafka.start({ topics: { orders: 1 } });
    kafka = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING, retry: { retries: 0 } });
  });
  afterEach('stop the broker', () => broker.stop());

  it('tells the end behind an open transaction, and leaves the other offsets as they are', async () => {
    const producer = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }).producer({
      transactionalId: 'open',
      maxInFlightRequests: 1,
    });
    const admin = withHighWatermarks(patientAdmin(kafka.admin()), kafka);
    await Promise.all([producer.connect(), admin.connect()]);
    const transaction = await producer.transaction();
    await transaction.send({ topic: 'orders', messages: [{ value: 'a' }, { value: 'b' }] });
    expect(await admin.fetchHighWatermarks?.('orders')).to.deep.equal([{ partition: 0, offset: '2' }]);
    expect((await admin.fetchTopicOffsets('orders'))[0]).to.include({ high: '0' });
    await transaction.abort();
    await Promise.all([producer.disconnect(), admin.disconnect()]);
  });

  it('leaves an admin client as it is when the clients are not made by kafkajs', () => {
    const admin = kafka.admin();
    expect(withHighWatermarks(admin, { admin: () => admin })).to.equal(admin);
  });

  it('gives up a request when the admin client is disconnected', async () => {
    const admin = withHighWatermarks(patientAdmin(kafka.admin()), kafka);
    await admin.connect();
    const { error, hits } = await unansweredQuestion(broker, admin, () => admin.fetchHighWatermarks?.('orders'));
    expect(error).to.have.property('name', 'KafkaJSConnectionClosedError');
    expect(hits).to.equal(1);
  });
});
