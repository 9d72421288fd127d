import { expect } from 'chai';
import { acknowledgedCommits } from '../../../src/client/kafkajs/acknowledged-commits.ts';
import { useKafka } from '../../support/broker/kafka.ts';

describe('acknowledgedCommits', () => {
  const kafka = useKafka();

  it('resolves for an acknowledged commit, and rejects for one that kafkajs drops while its consumer stops', async () => {
    const topic = await kafka.createTopic(2);
    const consumer = await kafka.consumer();
    const commits = acknowledgedCommits(consumer);
    const joined = new Promise((resolve) => void consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.subscribe({ topics: [topic] });
    await consumer.run({ autoCommit: false, eachBatch: () => Promise.resolve() });
    await joined;
    const positions = [0, 1].map((partition) => ({ topic, partition, offset: '0', metadata: 'm' }));
    await commits.commitOffsets(positions);
    const stopped = consumer.disconnect();
    const error: unknown = await commits.commitOffsets(positions).catch((thrown: unknown) => thrown);
    await stopped;
    expect(error).to.be.an('error').with.property('message', 'The consumer has stopped: its broker acknowledged no commit.');
  });
});
