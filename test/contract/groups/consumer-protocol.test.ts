import { expect } from 'chai';
import { describeConsumerProtocol, quickGroup, topicIdOf } from '../support/consumer-protocol.ts';
import { RawConsumer } from '../support/raw-consumer.ts';
import { until } from '../support/until.ts';
import { useKafka } from '../support/use-kafka.ts';

describeConsumerProtocol('contract: groups of the consumer protocol', () => {
  const kafka = useKafka();

  /** A topic of four partitions with its id, and members of a group. */
  async function started(count: number): Promise<{ topic: string; id: string; members: RawConsumer[] }> {
    const topic = await kafka.createTopic({ partitions: 4 });
    const groupId = await quickGroup(kafka);
    const members = Array.from({ length: count }, () => new RawConsumer(kafka.broker(), groupId));
    return { topic, id: await topicIdOf(kafka, topic), members };
  }

  /** What a member is told of its partitions, once it is told anything. */
  async function told(member: RawConsumer): Promise<readonly string[]> {
    let assigned: readonly string[] | null = null;
    await until(async () => (assigned = (await member.heartbeat()).assigned) !== null);
    return assigned ?? [];
  }

  it('give all partitions to the only member, and say so once', async () => {
    const { topic, id, members } = await started(1);
    const [one] = members as [RawConsumer];
    expect(await one.join([topic])).to.deep.equal({ error: 'NONE', epoch: 0, assigned: [`${id}:0,1,2,3`] });
    expect(await one.heartbeat()).to.deep.equal({ error: 'NONE', epoch: 0, assigned: null });
    expect(await one.owns({ [id]: [0, 1, 2, 3] })).to.deep.equal({ error: 'NONE', epoch: 0, assigned: null });
  });

  it('have a member give up partitions before another one gets them', async () => {
    const { topic, id, members } = await started(2);
    const [one, two] = members as [RawConsumer, RawConsumer];
    await one.join([topic]);
    expect(await two.join([topic]))
      .to.include({ error: 'NONE' })
      .and.deep.include({ assigned: [] });
    // The first member is told, keeps its epoch, and is not told twice.
    expect(await one.heartbeat()).to.deep.equal({ error: 'NONE', epoch: 0, assigned: [`${id}:0,1`] });
    expect(await one.owns({ [id]: [0, 1, 2] })).to.deep.equal({ error: 'NONE', epoch: 0, assigned: null });
    expect(await two.heartbeat()).to.deep.include({ error: 'NONE', assigned: null });
    expect(await one.owns({ [id]: [0, 1] })).to.deep.equal({ error: 'NONE', epoch: 1, assigned: null });
    expect(await two.heartbeat()).to.deep.include({ error: 'NONE', assigned: [`${id}:2,3`] });
  });

  it('give the partitions of a member that leaves to the others, who keep theirs', async () => {
    const { topic, id, members } = await started(2);
    const [one, two] = members as [RawConsumer, RawConsumer];
    await one.join([topic]);
    await two.join([topic]);
    await one.heartbeat();
    await one.owns({ [id]: [0, 1] });
    await two.heartbeat();
    expect(await two.leave()).to.deep.equal({ error: 'NONE', epoch: -1, assigned: null });
    expect(await one.heartbeat()).to.deep.equal({ error: 'NONE', epoch: 2, assigned: [`${id}:0,1,2,3`] });
  });

  it('assign partitions that a topic gets, and a topic that is created later', async () => {
    const { topic, id, members } = await started(1);
    const [one] = members as [RawConsumer];
    const later = kafka.topicName();
    await one.join([topic, later]);
    await kafka.admin.createPartitions({ topicPartitions: [{ topic, count: 5 }] });
    expect(await told(one)).to.deep.equal([`${id}:0,1,2,3,4`]);
    await kafka.admin.createTopics({ waitForLeaders: false, topics: [{ topic: later, numPartitions: 1 }] });
    const assigned = await told(one);
    expect(assigned).to.have.members([`${id}:0,1,2,3,4`, `${await topicIdOf(kafka, later)}:0`]);
  });

  it('take the partitions of a deleted topic away, and assign the topic of its name as another one', async () => {
    const { topic, id, members } = await started(1);
    const [one] = members as [RawConsumer];
    await one.join([topic]);
    await one.owns({ [id]: [0, 1, 2, 3] });
    await kafka.admin.deleteTopics({ topics: [topic] });
    expect(await told(one)).to.deep.equal([]);
    await one.owns({});
    await kafka.admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: 2 }] });
    const assigned = await told(one);
    const another = await topicIdOf(kafka, topic);
    expect(another).to.not.equal(id);
    expect(assigned).to.deep.equal([`${another}:0,1`]);
  });

  it('assign by the assignor that a member asks for', async () => {
    const { topic, id, members } = await started(2);
    const [one, two] = members as [RawConsumer, RawConsumer];
    const other = await kafka.createTopic({ partitions: 1 });
    const otherId = await topicIdOf(kafka, other);
    await one.join([topic, other], { serverAssignor: 'range' });
    await two.join([topic, other]);
    await one.heartbeat();
    await one.owns({});
    await two.heartbeat();
    const all = [...((await one.join([topic, other])).assigned ?? []), ...((await two.join([topic, other])).assigned ?? [])];
    // Ranges start with the same member in each topic: one of them has the first of both.
    expect(all).to.have.members([`${id}:0,1`, `${id}:2,3`, `${otherId}:0`]);
  });

  it('follow a changed subscription', async () => {
    const { topic, id, members } = await started(1);
    const [one] = members as [RawConsumer];
    const other = await kafka.createTopic({ partitions: 1 });
    await one.join([topic]);
    await one.owns({ [id]: [0, 1, 2, 3] });
    expect(await one.heartbeat({ subscribedTopicNames: [other] })).to.deep.include({ error: 'NONE', assigned: [] });
    expect(await one.owns({})).to.deep.include({ error: 'NONE', assigned: [`${await topicIdOf(kafka, other)}:0`] });
    expect(await one.heartbeat({ subscribedTopicNames: [] })).to.deep.include({ error: 'NONE', assigned: [] });
  });

  it('assign the topics whose names match a pattern as a whole', async () => {
    const { topic, id, members } = await started(1);
    const [one] = members as [RawConsumer];
    const first = await one.join([], { subscribedTopicNames: null, subscribedTopicRegex: `${topic.slice(0, -1)}.` });
    // Apache Kafka looks for the topics after it has answered.
    const assigned = first.assigned?.length === 0 ? await told(one) : first.assigned;
    expect(assigned).to.deep.equal([`${id}:0,1,2,3`]);
    const two = new RawConsumer(kafka.broker(), await quickGroup(kafka));
    await two.join([topic], { subscribedTopicRegex: topic.slice(0, -1) });
    expect(await two.heartbeat({ subscribedTopicNames: [] })).to.deep.include({ assigned: [] });
  });

  it('tell a member everything again when it says everything', async () => {
    const { topic, id, members } = await started(1);
    const [one] = members as [RawConsumer];
    await one.join([topic]);
    const owned = [{ topicId: id, partitions: [0, 1, 2, 3] }];
    const everything = { rebalanceTimeoutMs: 30_000, subscribedTopicNames: [topic], topicPartitions: owned };
    expect(await one.heartbeat(everything)).to.deep.equal({ error: 'NONE', epoch: 0, assigned: [`${id}:0,1,2,3`] });
    expect(await one.join([topic])).to.deep.equal({ error: 'NONE', epoch: 0, assigned: [`${id}:0,1,2,3`] });
  });

  it('accept the epoch before from a member that has nothing that it must not have', async () => {
    const { topic, id, members } = await started(2);
    const [one, two] = members as [RawConsumer, RawConsumer];
    await one.join([topic]);
    const before = one.epoch;
    await two.join([topic]);
    await one.heartbeat();
    await one.owns({ [id]: [0, 1] });
    const said = (...partitions: number[]) => ({ memberEpoch: before, topicPartitions: [{ topicId: id, partitions }] });
    expect(await one.heartbeat(said(0, 1))).to.deep.equal({ error: 'NONE', epoch: 1, assigned: null });
    expect(await one.heartbeat(said(0, 1, 2))).to.include({ error: 'FENCED_MEMBER_EPOCH' });
    expect(await one.heartbeat({ memberEpoch: before })).to.include({ error: 'FENCED_MEMBER_EPOCH' });
  });

  it('remove a member that takes longer than its rebalance timeout', async () => {
    const { topic, id, members } = await started(2);
    const [one, two] = members as [RawConsumer, RawConsumer];
    await one.join([topic], { rebalanceTimeoutMs: 300 });
    await two.join([topic]);
    expect((await one.heartbeat()).assigned).to.deep.equal([`${id}:0,1`]);
    await until(async () => (await one.heartbeat()).error === 'UNKNOWN_MEMBER_ID');
    expect(await told(two)).to.deep.equal([`${id}:0,1,2,3`]);
  });

  it('remove a member whose session ends', async () => {
    const topic = await kafka.createTopic({ partitions: 2 });
    const groupId = await quickGroup(kafka, { 'consumer.session.timeout.ms': '2000' });
    const [one, two] = [new RawConsumer(kafka.broker(), groupId), new RawConsumer(kafka.broker(), groupId)];
    await one.join([topic]);
    const first = await two.join([topic]);
    // On a busy machine the session of the first may have ended by then.
    expect(first.assigned?.length === 0 ? await told(two) : first.assigned).to.deep.equal([`${await topicIdOf(kafka, topic)}:0,1`]);
    expect(await one.heartbeat()).to.include({ error: 'UNKNOWN_MEMBER_ID' });
  });
});
