import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { encodeBatch } from '../../../packages/embedded-kafka/src/records/encode-batch.ts';
import { ask } from '../../../packages/embedded-kafka/test/support/ask.ts';
import { errorName } from '../support/error-name.ts';
import { RawTransactionalProducer } from '../support/raw-producer.ts';
import { only } from '../support/requests.ts';
import { until } from '../support/until.ts';
import { useKafka } from '../support/use-kafka.ts';

/** The broker is busy with what came before, or still asks whether the partition was added. */
const retriable = ['CONCURRENT_TRANSACTIONS', 'NOT_ENOUGH_REPLICAS', 'COORDINATOR_LOAD_IN_PROGRESS'];

async function settled(attempt: () => Promise<string>): Promise<string> {
  let error = '';
  await until(async () => {
    error = await attempt();
    return !retriable.includes(error);
  });
  return error;
}

describe('contract: what a transaction was not told of (KIP-890)', () => {
  const kafka = useKafka();
  const newProducer = async (): Promise<{ transactionalId: string; producerId: number; producerEpoch: number }> => {
    const transactionalId = `abortable-${randomUUID()}`;
    const { identity } = await RawTransactionalProducer.init(await kafka.connection(), transactionalId);
    return { transactionalId, producerId: Number(identity.producerId), producerEpoch: identity.producerEpoch };
  };

  it('makes Produce 11 answer TRANSACTION_ABORTABLE, and older versions INVALID_TXN_STATE', async () => {
    const topic = await kafka.createTopic();
    const { transactionalId, producerId: id, producerEpoch: epoch } = await newProducer();
    const records = encodeBatch({
      records: [{ value: Buffer.from('a'), timestamp: Date.now() }],
      producer: { id, epoch, sequence: 0, transactional: true },
    });
    const produce = async (version: number): Promise<string> => {
      const topicData = [{ name: topic, partitionData: [{ index: 0, records }] }];
      const { responses } = await ask(kafka.broker(), 'Produce', version, { transactionalId, acks: -1, timeoutMs: 5_000, topicData });
      return errorName(only(only(responses).partitionResponses).errorCode);
    };
    expect(await settled(() => produce(10))).to.equal('INVALID_TXN_STATE');
    expect(await settled(() => produce(11))).to.equal('TRANSACTION_ABORTABLE');
  });

  it('makes TxnOffsetCommit 4 answer TRANSACTION_ABORTABLE, and older versions INVALID_TXN_STATE', async () => {
    const producer = await newProducer();
    const groupId = kafka.groupId();
    const commit = async (version: number, name: string): Promise<string> => {
      const topics = [{ name, partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata: null }] }];
      const answer = await ask(kafka.broker(), 'TxnOffsetCommit', version, { ...producer, groupId, topics });
      return errorName(only(only(answer.topics).partitions).errorCode);
    };
    const topic = await kafka.createTopic();
    expect(await settled(() => commit(3, topic))).to.equal('INVALID_TXN_STATE');
    expect(await settled(() => commit(4, topic))).to.equal('TRANSACTION_ABORTABLE');
    expect(await settled(() => commit(4, kafka.topicName())), 'of an unknown topic').to.equal('UNKNOWN_TOPIC_OR_PARTITION');
  });
});
