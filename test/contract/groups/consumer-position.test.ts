import { expect } from 'chai';
import { Deliveries, read } from '../support/deliveries.ts';
import { nextEvent } from '../support/next-event.ts';
import { commitOffset, deleteRecords } from '../support/requests.ts';
import { useKafka, type ContractKafka } from '../support/use-kafka.ts';

describe('contract: consumer position', () => {
  const kafka = useKafka();

  it('starts at the beginning of the log for a new group with fromBeginning', async () => {
    const topic = await filled(kafka, 3);
    const deliveries = await read(await kafka.consumer(), [topic], 3);
    expect(deliveries.map(({ value }) => value)).to.deep.equal(['0', '1', '2']);
  });

  it('starts at the end of the log for a new group without fromBeginning', async () => {
    const topic = await filled(kafka, 3);
    const consumer = await kafka.consumer();
    const deliveries = new Deliveries();
    // The consumer looks up the end before its first fetch; later messages are new.
    const fetched = nextEvent(consumer, 'consumer.fetch');
    await deliveries.from(consumer, [topic], { fromBeginning: false });
    await fetched;
    await send(kafka, topic, ['new']);
    expect(await deliveries.value('new')).to.deep.equal(['new']);
  });

  it('continues at the committed offset when the group has one', async () => {
    const topic = await filled(kafka, 3);
    const groupId = kafka.groupId();
    const first = await kafka.consumer({ groupId });
    await read(first, [topic], 3);
    await first.disconnect();
    await send(kafka, topic, ['3']);
    const deliveries = await read(await kafka.consumer({ groupId }), [topic], 1);
    expect(deliveries.map(({ value }) => value)).to.deep.equal(['3']);
  });

  it('restarts at the beginning when the record at the committed offset was deleted', async () => {
    const topic = await filled(kafka, 5);
    const groupId = kafka.groupId();
    const connection = await kafka.connection();
    await commitOffset(connection, groupId, topic, 1);
    await deleteRecords(connection, topic, 3);
    const deliveries = await read(await kafka.consumer({ groupId }), [topic], 2);
    expect(deliveries.map(({ value }) => value)).to.deep.equal(['3', '4']);
  });

  it('restarts at the beginning when the committed offset is beyond the end of the log', async () => {
    const topic = await filled(kafka, 2);
    const groupId = kafka.groupId();
    await commitOffset(await kafka.connection(), groupId, topic, 100);
    const deliveries = await read(await kafka.consumer({ groupId }), [topic], 2);
    expect(deliveries.map(({ value }) => value)).to.deep.equal(['0', '1']);
  });

  it('moves backwards and forwards by seek', async () => {
    const topic = await filled(kafka, 4);
    const consumer = await kafka.consumer();
    const deliveries = new Deliveries();
    await deliveries.from(consumer, [topic]);
    await deliveries.count(4);
    consumer.seek({ topic, partition: 0, offset: '1' });
    await deliveries.count(7);
    consumer.seek({ topic, partition: 0, offset: '3' });
    await deliveries.count(8);
    expect(deliveries.values()).to.deep.equal(['0', '1', '2', '3', '1', '2', '3', '3']);
  });

  it('does not advance in a paused partition until it is resumed, while other partitions advance', async () => {
    const topic = await kafka.createTopic({ partitions: 2 });
    const consumer = await kafka.consumer();
    const deliveries = new Deliveries();
    const joined = nextEvent(consumer, 'consumer.group_join');
    await deliveries.from(consumer, [topic]);
    await joined;
    consumer.pause([{ topic, partitions: [0] }]);
    await send(kafka, topic, ['paused'], 0);
    await send(kafka, topic, ['going on'], 1);
    await deliveries.value('going on');
    const fetched = nextEvent(consumer, 'consumer.fetch');
    await fetched;
    expect(deliveries.values()).to.deep.equal(['going on']);
    consumer.resume([{ topic, partitions: [0] }]);
    expect(await deliveries.value('paused')).to.deep.equal(['going on', 'paused']);
  });

  it('skips deleted records', async () => {
    const topic = await filled(kafka, 6);
    await deleteRecords(await kafka.connection(), topic, 4);
    await send(kafka, topic, ['6']);
    const deliveries = await read(await kafka.consumer(), [topic], 3);
    expect(deliveries.map(({ offset }) => offset)).to.deep.equal(['4', '5', '6']);
  });
});

/** A topic with `count` messages in one batch, with the values `0`, `1` and so on. */
async function filled(kafka: ContractKafka, count: number): Promise<string> {
  const topic = await kafka.createTopic();
  await send(
    kafka,
    topic,
    Array.from({ length: count }, (_, index) => String(index)),
  );
  return topic;
}

async function send(kafka: ContractKafka, topic: string, values: readonly string[], partition = 0): Promise<void> {
  await (await kafka.producer()).send({ topic, messages: values.map((value) => ({ value, partition })) });
}
