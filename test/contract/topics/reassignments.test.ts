import { expect } from 'chai';
import { outcome } from '../support/error-name.ts';
import { useKafka } from '../support/use-kafka.ts';

describe('contract: reassignments of partitions', () => {
  const kafka = useKafka();
  const brokerId = async (): Promise<number> => (await kafka.admin.describeCluster()).brokers[0]?.nodeId ?? -1;
  const reassign = (topic: string, partition: number, replicas: number[]): Promise<string> =>
    outcome(kafka.admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment: [{ partition, replicas }] }] }));

  it('accepts the replicas that a partition has', async () => {
    expect(await reassign(await kafka.createTopic(), 0, [await brokerId()])).to.equal('NONE');
  });

  it('rejects a topic and a partition that do not exist', async () => {
    expect(await reassign(kafka.topicName(), 0, [await brokerId()])).to.equal('UNKNOWN_TOPIC_OR_PARTITION');
    expect(await reassign(await kafka.createTopic(), 1, [await brokerId()])).to.equal('UNKNOWN_TOPIC_OR_PARTITION');
  });

  it('rejects brokers that do not exist, one broker twice, and no broker', async () => {
    const topic = await kafka.createTopic();
    const id = await brokerId();
    expect(await reassign(topic, 0, [id, 4_711])).to.equal('INVALID_REPLICA_ASSIGNMENT');
    expect(await reassign(topic, 0, [id, id])).to.equal('INVALID_REPLICA_ASSIGNMENT');
    expect(await reassign(topic, 0, [])).to.equal('INVALID_REPLICA_ASSIGNMENT');
  });

  it('lists none when none is in progress', async () => {
    const topic = await kafka.createTopic();
    expect(await reassign(topic, 0, [await brokerId()])).to.equal('NONE');
    expect(await kafka.admin.listPartitionReassignments({ topics: [{ topic, partitions: [0] }] })).to.deep.include({ topics: [] });
  });
});
