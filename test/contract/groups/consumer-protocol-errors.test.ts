import { expect } from 'chai';
import { ask } from '../../../packages/embedded-kafka/test/support/ask.ts';
import { errorName } from '../support/error-name.ts';
import { only } from '../support/requests.ts';
import {
  describeConsumerProtocol,
  featuresOf,
  groupConfigsOf,
  quickGroup,
  setGroupConfigs,
  topicIdOf,
} from '../support/consumer-protocol.ts';
import { RawConsumer } from '../support/raw-consumer.ts';
import { useKafka } from '../support/use-kafka.ts';

describeConsumerProtocol('contract: what the consumer protocol rejects', () => {
  const kafka = useKafka();

  async function newMember(): Promise<RawConsumer> {
    return new RawConsumer(kafka.broker(), await quickGroup(kafka));
  }

  it('is switched on as a feature', async () => {
    expect((await featuresOf(kafka.broker())).get('group.version')).to.equal(1);
  });

  it('rejects requests to join that are not complete, or say what only a member may say', async () => {
    const topic = await kafka.createTopic();
    const one = await newMember();
    const owned = [{ topicId: await topicIdOf(kafka, topic), partitions: [0] }];
    for (const said of [
      { rebalanceTimeoutMs: -1 },
      { subscribedTopicNames: null },
      { topicPartitions: null },
      { topicPartitions: owned },
      { memberId: '' },
      { groupId: '' },
      { instanceId: '' },
      { rackId: '' },
    ]) {
      expect(await one.join([topic], said), JSON.stringify(said)).to.include({ error: 'INVALID_REQUEST' });
    }
    expect(await one.heartbeat({ memberEpoch: -3 })).to.include({ error: 'INVALID_REQUEST' });
    expect(await one.heartbeat({ memberEpoch: -2 })).to.include({ error: 'INVALID_REQUEST' });
    expect(await one.join([topic], { serverAssignor: 'sticky' })).to.include({ error: 'UNSUPPORTED_ASSIGNOR' });
    expect(await one.join([], { subscribedTopicNames: null, subscribedTopicRegex: '(' })).to.include({
      error: 'INVALID_REGULAR_EXPRESSION',
    });
  });

  it('rejects members, groups and epochs that it does not know', async () => {
    const topic = await kafka.createTopic();
    const one = await newMember();
    expect(await one.heartbeat({ memberEpoch: 1 })).to.include({ error: 'GROUP_ID_NOT_FOUND' });
    expect(await one.leave()).to.include({ error: 'GROUP_ID_NOT_FOUND' });
    await one.join([topic]);
    const other = new RawConsumer(kafka.broker(), one.groupId);
    expect(await other.heartbeat({ memberEpoch: 1 })).to.include({ error: 'UNKNOWN_MEMBER_ID' });
    expect(await other.leave()).to.include({ error: 'UNKNOWN_MEMBER_ID' });
    expect(await one.heartbeat({ memberEpoch: one.epoch + 1 })).to.include({ error: 'FENCED_MEMBER_EPOCH' });
    expect(await one.heartbeat()).to.include({ error: 'NONE' });
  });

  it('accepts a member that subscribes to nothing', async () => {
    expect(await (await newMember()).join([])).to.deep.equal({ error: 'NONE', epoch: 0, assigned: [] });
  });

  it('keeps the partitions of a static member that leaves for a while, for whoever comes back by its name', async () => {
    const topic = await kafka.createTopic({ partitions: 2 });
    const id = await topicIdOf(kafka, topic);
    const one = await newMember();
    const [two, three] = [new RawConsumer(kafka.broker(), one.groupId), new RawConsumer(kafka.broker(), one.groupId)];
    const instanceId = 'first';
    await one.join([topic], { instanceId });
    expect(await two.join([topic], { instanceId })).to.include({ error: 'UNRELEASED_INSTANCE_ID' });
    expect(await one.heartbeat({ instanceId: 'other' })).to.include({ error: 'UNKNOWN_MEMBER_ID' });
    expect(await one.heartbeat({ instanceId, memberEpoch: -2 })).to.deep.equal({ error: 'NONE', epoch: -2, assigned: null });
    expect(await three.join([topic])).to.deep.include({ error: 'NONE', assigned: [] });
    const back = await two.join([topic], { instanceId });
    expect(back).to.deep.include({ error: 'NONE', assigned: [`${id}:0`] });
    expect(await one.heartbeat({ instanceId })).to.include({ error: 'FENCED_INSTANCE_ID' });
    expect(await one.heartbeat({ instanceId, memberEpoch: -1 })).to.include({ error: 'FENCED_INSTANCE_ID' });
    expect(await three.heartbeat()).to.deep.include({ error: 'NONE', assigned: [`${id}:1`] });
  });

  it('commits and fetches offsets for members in their epoch', async () => {
    const topic = await kafka.createTopic({ partitions: 2 });
    const one = await newMember();
    expect(await one.commit(topic, [0], { epoch: 3 })).to.equal('GROUP_ID_NOT_FOUND');
    await one.join([topic]);
    expect(await one.commit(topic, [0, 1])).to.equal('NONE');
    expect(await one.commit(topic, [0], { epoch: one.epoch + 1 })).to.equal('STALE_MEMBER_EPOCH');
    expect(await one.commit(topic, [0], { epoch: 0 })).to.equal('STALE_MEMBER_EPOCH');
    expect(await one.commit(topic, [0], { version: 8 })).to.equal('UNSUPPORTED_VERSION');
    const stranger = new RawConsumer(kafka.broker(), one.groupId);
    expect(await stranger.commit(topic, [0], { epoch: one.epoch })).to.equal('UNKNOWN_MEMBER_ID');
    expect(await one.fetchOffsets(topic, one.memberId, one.epoch)).to.equal('NONE');
    expect(await one.fetchOffsets(topic, null, -1)).to.equal('NONE');
    expect(await one.fetchOffsets(topic, one.memberId, one.epoch + 1)).to.equal('STALE_MEMBER_EPOCH');
    expect(await one.fetchOffsets(topic, stranger.memberId, one.epoch)).to.equal('UNKNOWN_MEMBER_ID');
  });

  it('takes offsets into a transaction from members in their epoch, and from producers that name none', async () => {
    const topic = await kafka.createTopic();
    const one = await newMember();
    await one.join([topic]);
    const { groupId } = one;
    const transactionalId = kafka.topicName();
    const asked = { transactionalId, transactionTimeoutMs: 60_000, producerId: -1, producerEpoch: -1 };
    const { producerId, producerEpoch } = await ask(kafka.broker(), 'InitProducerId', 4, asked);
    const producer = { transactionalId, producerId, producerEpoch, groupId };
    expect(errorName((await ask(kafka.broker(), 'AddOffsetsToTxn', 3, producer)).errorCode)).to.equal('NONE');
    const commit = async (memberId: string, generationId: number): Promise<string> => {
      const topics = [{ name: topic, partitions: [{ partitionIndex: 0, committedOffset: 5, committedMetadata: null }] }];
      const answer = await ask(kafka.broker(), 'TxnOffsetCommit', 3, { ...producer, memberId, generationId, topics });
      return errorName(only(only(answer.topics).partitions).errorCode);
    };
    expect(await commit(one.memberId, one.epoch)).to.equal('NONE');
    expect(await commit(one.memberId, one.epoch + 1)).to.equal('ILLEGAL_GENERATION');
    expect(await commit('stranger', one.epoch)).to.equal('UNKNOWN_MEMBER_ID');
    expect(await commit('', -1)).to.equal('NONE');
    expect(errorName((await ask(kafka.broker(), 'EndTxn', 3, { ...producer, committed: true })).errorCode)).to.equal('NONE');
  });

  it('describes the configs of a group, and rejects values that do not go together', async () => {
    const groupId = kafka.groupId();
    const session = 'consumer.session.timeout.ms';
    const heartbeat = 'consumer.heartbeat.interval.ms';
    const values = await groupConfigsOf(kafka, groupId);
    expect([values.get(session), values.get(heartbeat)]).to.deep.equal(['45000', '5000']);
    expect(await setGroupConfigs(kafka, groupId, { [session]: '1000', [heartbeat]: '1000' })).to.equal('INVALID_CONFIG');
    expect(await setGroupConfigs(kafka, groupId, { [session]: '99000' })).to.equal('INVALID_CONFIG');
    expect(await setGroupConfigs(kafka, groupId, { 'no.such.config': '1' })).to.equal('INVALID_CONFIG');
    expect(await setGroupConfigs(kafka, '', { [session]: '9000' })).to.equal('INVALID_REQUEST');
  });
});
