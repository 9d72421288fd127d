// @confluentinc/kafka-javascript, which is librdkafka: node confluent.mjs <bootstrap> <scenario> <name>, in a folder where the
// package is installed.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const { KafkaJS } = createRequire(join(process.cwd(), 'package.json'))('@confluentinc/kafka-javascript');
const [bootstrap, scenario, name] = process.argv.slice(2);
const kafka = new KafkaJS.Kafka({ kafkaJS: { brokers: bootstrap.split(','), logLevel: KafkaJS.logLevel.NOTHING } });

async function messages() {
  await createTopic(name, 3);
  const codecs = ['none', 'gzip', 'snappy', 'lz4'];
  for (const codec of codecs) {
    const producer = await connected(kafka.producer({ 'compression.codec': codec, 'enable.idempotence': true }));
    const headers = { codec, twice: ['1', '2'] };
    const values = Array.from({ length: 60 }, (_, index) => ({ key: `key-${index % 7}`, value: `${codec}-${index}`, headers }));
    await producer.send({ topic: name, messages: values });
    await producer.disconnect();
  }
  const ends = new Map();
  let count = 0;
  const consumer = await running(name, {
    eachMessage: async ({ partition, message: { key, value, headers, offset } }) => {
      const pairs = Object.entries(headers).flatMap(([header, values]) => [values].flat().map((one) => [header, String(one)]));
      emit('record', { partition, offset: Number(offset), key: String(key), value: String(value), headers: pairs });
      ends.set(partition, Number(offset) + 1);
      count += 1;
    },
  });
  await until(() => count === 60 * codecs.length);
  await consumer.commitOffsets([...ends].map(([partition, offset]) => ({ topic: name, partition, offset: String(offset) })));
  await consumer.disconnect();
  await emitCommitted([0, 1, 2]);
}

async function members() {
  for (const assignor of ['range', 'cooperative-sticky']) {
    const topic = `${name}-${assignor}`;
    await createTopic(topic, 4);
    const config = { 'partition.assignment.strategy': assignor, 'heartbeat.interval.ms': 100 };
    let read = 0;
    const member = (index) =>
      running(topic, {
        config,
        eachMessage: async ({ partition, message }) => {
          emit('shared', { assignor, member: index, partition, value: String(message.value) });
          read += 1;
        },
      });
    const stays = await member(0);
    await atRest(assignor, [stays], [4]);
    const leaves = await member(1);
    await atRest(assignor, [stays, leaves], [2, 2]);
    const producer = await connected(kafka.producer());
    const values = [0, 1, 2, 3].map((partition) => ({ partition, value: `value-${partition}` }));
    await producer.send({ topic, messages: values });
    await producer.disconnect();
    await until(() => read === 4);
    for (const one of [stays, leaves]) {
      await one.commitOffsets(one.assignment().map(({ partition }) => ({ topic, partition, offset: '1' })));
    }
    await leaves.disconnect();
    await atRest(assignor, [stays], [4]);
    await stays.disconnect();
  }
}

async function atRest(assignor, group, sizes) {
  await until(() => group.every((member, index) => member.assignment().length === sizes[index]));
  emit('assigned', {
    assignor,
    members: group.map((member) =>
      member
        .assignment()
        .map(({ partition }) => partition)
        .toSorted(),
    ),
  });
}

async function transactions() {
  await createTopic(name, 3);
  const config = { kafkaJS: { transactionalId: name } };
  const producer = await connected(kafka.producer(config));
  const group = await running(name, { eachMessage: async () => {} });
  await until(() => group.assignment().length === 3);
  const toAll = (value) => [0, 1, 2].map((partition) => ({ partition, value: `${value}-${partition}` }));
  for (const result of ['aborted', 'committed']) {
    const transaction = await producer.transaction();
    await transaction.send({ topic: name, messages: toAll(result) });
    const topics = [{ topic: name, partitions: [{ partition: 0, offset: '7' }] }];
    await transaction.sendOffsets({ consumer: group, topics });
    await (result === 'aborted' ? transaction.abort() : transaction.commit());
  }
  await group.disconnect();
  await emitCommitted([0]);
  for (const [isolation, count] of Object.entries({ committed: 3, uncommitted: 6 })) {
    let read = 0;
    const reader = await running(`${name}-${isolation}`, {
      config: { 'isolation.level': `read_${isolation}` },
      eachMessage: async ({ partition, message: { offset, value } }) => {
        emit('read', { isolation, partition, offset: Number(offset), value: String(value) });
        read += 1;
      },
    });
    await until(() => read === count);
    await reader.disconnect();
  }
  const fenced = await producer.transaction();
  const fencing = await connected(kafka.producer(config));
  // A message of a fenced producer is only said to be purged; the commit says why.
  await fenced.send({ topic: name, messages: toAll('fenced') }).catch(() => {});
  const error = await fenced.commit().catch((reason) => reason);
  emit('fenced', { error: `${error?.type} ${error?.message}` });
  await fencing.disconnect();
}

async function admin() {
  await createTopic(name, 3);
  await withAdmin(async (client) => {
    // This client answers false where others throw.
    fact('second creation', (await client.createTopics({ topics: [{ topic: name }] })) ? 'none' : 'TOPIC_EXISTS');
    const [{ partitions }] = await client.fetchTopicMetadata({ topics: [name] });
    fact('partitions', partitions.length);
    const producer = await connected(kafka.producer());
    const values = Array.from({ length: 10 }, (_, index) => ({ partition: 0, value: 'v', timestamp: String(1_700_000_000_000 + index) }));
    for (const message of values) await producer.send({ topic: name, messages: [message] });
    await producer.disconnect();
    await client.deleteTopicRecords({ topic: name, partitions: [{ partition: 0, offset: '4' }] });
    const { low, high } = (await client.fetchTopicOffsets(name)).find(({ partition }) => partition === 0);
    fact('earliest', Number(low));
    fact('latest', Number(high));
    const after = await client.fetchTopicOffsetsByTimestamp(name, 1_700_000_000_006);
    fact('timestamp', Number(after.find(({ partition }) => partition === 0).offset));
    const consumer = await running(name, { eachMessage: async () => {} });
    await until(() => consumer.assignment().length === 3);
    const [group] = (await client.describeGroups([name])).groups;
    const stable = KafkaJS.ConsumerGroupStates.STABLE;
    fact('group', [group.state === stable ? 'stable' : group.state, group.members.length]);
    await consumer.commitOffsets([{ topic: name, partition: 0, offset: '5', metadata: 'note' }]);
    await consumer.disconnect();
    const [offset] = (await client.fetchOffsets({ groupId: name, topics: [name] }))[0].partitions;
    fact('committed', [offset.partition, Number(offset.offset), offset.metadata]);
    fact('listed group', await lists(client));
    await client.deleteGroups([name]);
    fact('deleted group', !(await lists(client)));
    await client.deleteTopics({ topics: [name] });
    fact('deleted topic', !(await client.listTopics()).includes(name));
  });
}

async function lists(client) {
  return (await client.listGroups()).groups.some(({ groupId }) => groupId === name);
}

async function createTopic(topic, numPartitions) {
  await withAdmin(async (client) => {
    await client.createTopics({ topics: [{ topic, numPartitions }] });
    while (!(await client.listTopics()).includes(topic));
  });
}

async function emitCommitted(partitions) {
  await withAdmin(async (client) => {
    const [topic] = await client.fetchOffsets({ groupId: name, topics: [name] });
    for (const { partition, offset } of topic.partitions) {
      if (partitions.includes(partition)) emit('committed', { partition, offset: Number(offset) });
    }
  });
}

async function withAdmin(use) {
  const client = await connected(kafka.admin());
  await use(client);
  await client.disconnect();
}

async function running(groupId, { config = {}, eachMessage }) {
  const kafkaJS = { groupId, fromBeginning: true, autoCommit: false };
  const consumer = await connected(kafka.consumer({ kafkaJS, 'fetch.wait.max.ms': 100, ...config }));
  // Topics are named after the group that reads them, but for the readers of transactions.
  await consumer.subscribe({ topics: [groupId.replace(/-(un)?committed$/, '')] });
  await consumer.run({ eachMessage });
  return consumer;
}

async function connected(client) {
  await client.connect();
  return client;
}

function emit(event, fields) {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}

function fact(what, value) {
  emit('fact', { name: what, value });
}

/** This client has no event for what is waited for here; the test that started this program ends it when it takes too long. */
async function until(holds) {
  while (!holds()) await sleep(20);
}

await { messages, members, transactions, admin }[scenario]();
// A producer that was fenced cannot be disconnected, and would keep the process alive.
process.exit();
