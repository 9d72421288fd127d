import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { patientAdmin } from '../../../src/client/kafkajs/patient-admin.ts';
import { unansweredQuestion } from './unanswered-question.ts';

describe('patientAdmin', () => {
  const adminOf = (broker: EmbeddedKafka) =>
    patientAdmin(new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING, retry: { retries: 0 } }).admin());

  it('repeats a request whose connection was lost, and resolves with the answer', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { orders: 2 } });
    const admin = adminOf(broker);
    await admin.connect();
    const lost = broker.fault({ api: 'ListOffsets' }, { drop: 'before' });
    const offsets = await admin.fetchTopicOffsets('orders');
    await admin.disconnect();
    expect({ hits: lost.hits, partitions: offsets.length }).to.deep.equal({ hits: 1, partitions: 2 });
  });

  it('creates a topic that the broker has not heard of for a while', async () => {
    await using broker = await EmbeddedKafka.start();
    const admin = adminOf(broker);
    await admin.connect();
    const match = ({ body }: { body: { topics: readonly unknown[] | null } }): boolean => (body.topics?.length ?? 0) > 0;
    broker.fault({ api: 'Metadata', match }, { error: 'UNKNOWN_TOPIC_OR_PARTITION' });
    expect(await admin.createTopics({ topics: [{ topic: 'orders' }] })).to.equal(true);
    await admin.disconnect();
    broker.assertNoPendingFaults();
  });

  it('rejects at once with an answer that another node would give, too', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { orders: 1 } });
    const admin = adminOf(broker);
    await admin.connect();
    const refused = broker.fault({ api: 'ListOffsets', times: Infinity }, { error: 'TOPIC_AUTHORIZATION_FAILED' });
    const error: unknown = await admin.fetchTopicOffsets('orders').catch((thrown: unknown) => thrown);
    await admin.disconnect();
    expect(error).to.have.property('type', 'TOPIC_AUTHORIZATION_FAILED');
    expect(refused.hits).to.equal(1);
  });

  it('gives up when it is disconnected, with the error of the last attempt, and connects no more', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { orders: 1 } });
    const admin = adminOf(broker);
    await admin.connect();
    const { error, hits } = await unansweredQuestion(broker, admin, () => admin.fetchTopicOffsets('orders'));
    expect(error).to.have.property('name', 'KafkaJSConnectionClosedError');
    expect(hits).to.equal(1);
  });
});
