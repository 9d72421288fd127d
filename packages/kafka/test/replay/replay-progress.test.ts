import { expect } from 'chai';
import { ReplayProgress } from '../../src/replay/progress/replay-progress.ts';
import { produce } from '../support/broker/consume.ts';
import { useKafka } from '../support/broker/kafka.ts';

describe('the progress of a replay', () => {
  const kafka = useKafka();

  it('counts commits of another member of its group as done', async () => {
    const [topic, groupId, admin] = [await kafka.createTopic(), kafka.groupId(), kafka.client().admin()];
    await produce(kafka, topic, [{ value: '1' }, { value: '2' }]);
    await admin.connect();
    const progress = await ReplayProgress.ofGroup(admin, groupId, topic);
    const member = await kafka.consumer({ groupId, maxWaitTimeInMs: 50 });
    await member.subscribe({ topic });
    await member.run({ autoCommit: false, eachMessage: async () => {} });
    for (const offset of ['1', '2']) {
      await member.commitOffsets([{ topic, partition: 0, offset }]);
      await progress.review(admin);
      expect(progress.isEmpty, offset).to.equal(offset === '2');
    }
    expect((await ReplayProgress.ofGroup(admin, groupId, topic)).isEmpty).to.equal(true);
    await admin.disconnect();
  });
});
