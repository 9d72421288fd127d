import { expect } from 'chai';
import { Deliveries, read } from '../support/deliveries.ts';
import { nextEvent } from '../support/next-event.ts';
import { joinAlone } from '../support/raw-member.ts';
import { useKafka, type ContractKafka } from '../support/use-kafka.ts';

describe('contract: consumer groups', () => {
  const kafka = useKafka();

  it('assigns every partition of every topic to the only member', async () => {
    const topics = [await kafka.createTopic({ partitions: 3 }), await kafka.createTopic({ partitions: 2 })];
    const consumer = await kafka.consumer();
    const joined = nextEvent(consumer, 'consumer.group_join');
    await new Deliveries().from(consumer, topics);
    const { memberAssignment } = await joined;
    expect(topics.map((topic) => memberAssignment[topic]?.toSorted())).to.deep.equal([
      [0, 1, 2],
      [0, 1],
    ]);
  });

  it('divides the partitions between members, so that one of them gets each message', async () => {
    const topic = await kafka.createTopic({ partitions: 4 });
    const groupId = kafka.groupId();
    const members = [await kafka.consumer({ groupId }), await kafka.consumer({ groupId })];
    const deliveries = new Deliveries();
    const halves = Promise.all(members.map((member) => nextEvent(member, 'consumer.group_join', holds(topic, 2))));
    await Promise.all(members.map((member) => deliveries.from(member, [topic])));
    const assigned = (await halves).flatMap(({ memberAssignment }) => memberAssignment[topic]);
    expect(assigned).to.have.members([0, 1, 2, 3]);
    await sendToEach(kafka, topic, 4);
    await deliveries.count(4);
    expect(deliveries.values()).to.have.members(['0', '1', '2', '3']);
  });

  it('moves partitions to a member that joins later, which continues at the committed offset', async () => {
    const topic = await kafka.createTopic({ partitions: 2 });
    const groupId = kafka.groupId();
    await sendToEach(kafka, topic, 2, 'early');
    const [first, second] = [await kafka.consumer({ groupId }), await kafka.consumer({ groupId })];
    const deliveries = new Deliveries();
    await deliveries.from(first, [topic]);
    await deliveries.count(2);
    const halves = Promise.all([first, second].map((member) => nextEvent(member, 'consumer.group_join', holds(topic, 1))));
    await deliveries.from(second, [topic]);
    await halves;
    await sendToEach(kafka, topic, 2, 'late');
    await deliveries.count(4);
    expect(deliveries.values()).to.have.members(['early-0', 'early-1', 'late-0', 'late-1']);
  });

  it('assigns the partitions of a member that leaves to the others', async () => {
    const topic = await kafka.createTopic({ partitions: 2 });
    const groupId = kafka.groupId();
    const [stays, leaves] = [await kafka.consumer({ groupId }), await kafka.consumer({ groupId })];
    const deliveries = new Deliveries();
    const halves = Promise.all([stays, leaves].map((member) => nextEvent(member, 'consumer.group_join', holds(topic, 1))));
    await Promise.all([stays, leaves].map((member) => deliveries.from(member, [topic])));
    await halves;
    const all = nextEvent(stays, 'consumer.group_join', holds(topic, 2));
    await leaves.disconnect();
    await all;
    await sendToEach(kafka, topic, 2);
    await deliveries.count(2);
    expect(deliveries.values()).to.have.members(['0', '1']);
  });

  it('leaves a member without partitions when there are more members than partitions', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    const members = [await kafka.consumer({ groupId }), await kafka.consumer({ groupId })];
    const sizes = Promise.all([
      Promise.race(members.map((member) => nextEvent(member, 'consumer.group_join', holds(topic, 1)))),
      Promise.race(members.map((member) => nextEvent(member, 'consumer.group_join', holds(topic, 0)))),
    ]);
    const deliveries = new Deliveries();
    await Promise.all(members.map((member) => deliveries.from(member, [topic])));
    await sizes;
    await sendToEach(kafka, topic, 1);
    expect(await deliveries.value('0')).to.deep.equal(['0']);
  });

  it('delivers every message to every group', async () => {
    const topic = await kafka.createTopic();
    await sendToEach(kafka, topic, 1, 'a');
    const groups = await Promise.all([0, 1].map(async () => read(await kafka.consumer(), [topic], 1)));
    expect(groups.map((deliveries) => deliveries.map(({ value }) => value))).to.deep.equal([['a-0'], ['a-0']]);
  });

  it('redelivers messages that were not committed', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await sendToEach(kafka, topic, 1, 'a');
    await sendToEach(kafka, topic, 1, 'b');
    const first = await kafka.consumer({ groupId });
    const deliveries = new Deliveries();
    await deliveries.from(first, [topic], { autoCommit: false });
    await deliveries.count(2);
    await first.commitOffsets([{ topic, partition: 0, offset: '1' }]);
    await first.disconnect();
    const again = await read(await kafka.consumer({ groupId }), [topic], 1);
    expect(again.map(({ value }) => value)).to.deep.equal(['b-0']);
  });

  it('delivers to a new member when the previous one disconnected without leaving the group', async () => {
    const topic = await kafka.createTopic();
    const groupId = kafka.groupId();
    await sendToEach(kafka, topic, 1);
    const vanishes = await kafka.connection();
    await joinAlone(vanishes, groupId, { protocols: ['RoundRobinAssigner'], rebalanceTimeout: 300 });
    await vanishes.close();
    const deliveries = await read(await kafka.consumer({ groupId, rebalanceTimeout: 300 }), [topic], 1);
    expect(deliveries.map(({ value }) => value)).to.deep.equal(['0']);
  });
});

/** Whether a member was assigned `count` partitions of `topic`. */
function holds(topic: string, count: number): (joined: { memberAssignment: Readonly<Record<string, number[]>> }) => boolean {
  return ({ memberAssignment }) => (memberAssignment[topic] ?? []).length === count;
}

/** Sends one message to each partition, with the partition's number as its value. */
async function sendToEach(kafka: ContractKafka, topic: string, partitions: number, name?: string): Promise<void> {
  const messages = Array.from({ length: partitions }, (_, partition) => ({
    partition,
    value: name === undefined ? String(partition) : `${name}-${partition}`,
  }));
  await (await kafka.producer()).send({ topic, messages });
}
