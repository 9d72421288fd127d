import { expect } from 'chai';
import type { SubscribeOptions, Subscription } from '@tracelink/kafka/subscribe';
import { produce } from '../../packages/kafka/test/support/broker/consume.ts';
import { useKafka } from '../../packages/kafka/test/support/broker/kafka.ts';
import { useSubscriptions } from '../../packages/kafka/test/support/broker/subscription.ts';
import { useTopics } from '../../packages/kafka/test/support/broker/topics.ts';
import { Collector } from '../../packages/kafka/test/support/collector.ts';
import { useTracing } from '../../packages/kafka/test/support/telemetry/tracing.ts';
import { answered } from '../contract/support/until.ts';
import { RawConnection } from '../contract/support/raw-connection.ts';
import { leave } from '../contract/support/raw-member.ts';
import { engineClients } from './support/engine-clients.ts';

const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => ({ value: `${prefix} ${index}` }));
const values = (prefix: string, count: number) => numbered(prefix, count).map(({ value }) => value);

const starts = [
  { fromBeginning: true, where: 'at the beginning' },
  { fromBeginning: false, where: 'at the end' },
];

// What bare clients do in each of these: most lose records, and Platformatic's stream ends.
for (const client of engineClients) {
  describe(`subscribe on ${client.name} to topics that change under it`, () => {
    const kafka = useKafka();
    const { subscribe, committed } = useSubscriptions(kafka, client);
    const topics = useTopics(kafka);
    afterEach('forget the spans', () => void spans.takeAll());
    const { spans } = useTracing();

    /** A subscription whose group has committed five messages. */
    async function fiveCommitted(
      { partitions = 1, ...options }: Partial<SubscribeOptions> & { readonly partitions?: number },
      times: Parameters<typeof client.consumer>[0] = {},
    ): Promise<{ topic: string; groupId: string; got: Collector; subscription: Subscription }> {
      const topic = await kafka.createTopic(partitions);
      const groupId = kafka.groupId();
      const got = new Collector();
      const subscription = await subscribe(topic, ({ value }) => got.add(String(value)), {
        groupId,
        commitInterval: 20,
        consumer: client.consumer({ maxWait: 100, metadataMaxAge: 500, ...times }),
        ...options,
      });
      await produce(
        kafka,
        topic,
        numbered('old', 5).map((message) => ({ ...message, partition: 0 })),
      );
      await got.all(...values('old', 5));
      while ((await committed(groupId, topic))[0] !== '5');
      return { topic, groupId, got, subscription };
    }

    /** Another member of the group, which says where it begins. */
    async function another(topic: string, groupId: string, got: Collector, fromBeginning: boolean): Promise<Collector<unknown>> {
      const lines = new Collector<unknown>();
      await subscribe(topic, ({ value }) => got.add(String(value)), {
        groupId,
        fromBeginning,
        log: { info: (fields, message) => lines.add([message, fields]), warn: () => {} },
      });
      return lines;
    }

    for (const { fromBeginning, where } of starts) {
      for (const count of [3, 10])
        it(`handles all ${count} messages of a topic created again, of a group that began ${where}`, async () => {
          const { topic, groupId, got, subscription } = await fiveCommitted({ fromBeginning });
          await topics.recreate(topic);
          await produce(kafka, topic, numbered('new', count));
          await got.all(...values('new', count));
          while ((await committed(groupId, topic))[0] !== String(count));
          expect(got.values).to.deep.equal([...values('old', 5), ...values('new', count)]);
          expect(subscription.health().ok).to.equal(true);
        });

      it(`handles what was sent to an added partition before it is seen, of a group that began ${where}`, async () => {
        const { topic, got } = await fiveCommitted({ fromBeginning });
        await (await topics.admin()).createPartitions({ topicPartitions: [{ topic, count: 2 }] });
        const producer = await kafka.producer({ retry: { retries: 5, initialRetryTime: 20 } });
        while (!(await answered(producer.send({ topic, messages: [{ value: 'in the new one', partition: 1 }] }))));
        await got.all('in the new one');
      });

      it(`handles what is left behind a low watermark that passed its position, of a group that began ${where}`, async () => {
        const { topic, groupId, got, subscription } = await fiveCommitted({ fromBeginning });
        await subscription.drain();
        await produce(kafka, topic, numbered('new', 5));
        await topics.removeBefore(topic, 8);
        await another(topic, groupId, got, fromBeginning);
        await got.all('new 3', 'new 4');
        expect(got.values).to.deep.equal([...values('old', 5), 'new 3', 'new 4']);
      });

      it(`handles what is sent after its group was deleted under it, which began ${where}`, async () => {
        // A member that was frozen past its session: it hears of its expulsion at its next heartbeat.
        const { topic, groupId, got, subscription } = await fiveCommitted({ fromBeginning }, { heartbeatInterval: 1_000 });
        const admin = await topics.admin();
        // kafkajs finds no coordinator before it has asked for something else.
        await admin.describeCluster();
        const connection = await RawConnection.open(kafka.brokers()[0] as string);
        try {
          do {
            const { groups } = await admin.describeGroups([groupId]);
            for (const { memberId } of groups[0]?.members ?? []) await leave(connection, groupId, memberId);
          } while (!(await answered(admin.deleteGroups([groupId]))));
        } finally {
          await connection.close();
        }
        await produce(kafka, topic, numbered('new', 3));
        await got.all(...values('new', 3));
        while ((await committed(groupId, topic))[0] !== '8');
        while (!subscription.health().ok) await new Promise(setImmediate);
      });
    }

    for (const [gone, remove] of [
      ['its topic was created again', (topic: string) => topics.recreate(topic)],
      ['its group was deleted', async (_: string, groupId: string) => void (await (await topics.admin()).deleteGroups([groupId]))],
    ] as const) {
      it(`handles all that is there when ${gone} while it was away, and it begins at the beginning`, async () => {
        const { topic, groupId, got, subscription } = await fiveCommitted({});
        await subscription.drain();
        await remove(topic, groupId);
        await produce(kafka, topic, numbered('new', 3));
        await another(topic, groupId, got, true);
        await got.all(...values('new', 3));
      });

      it(`says where it begins when ${gone} while it was away, as a new group, and it begins at the end`, async () => {
        const { topic, groupId, got, subscription } = await fiveCommitted({ fromBeginning: false });
        await subscription.drain();
        await remove(topic, groupId);
        await produce(kafka, topic, numbered('unseen', 3));
        const [ends] = await (await topics.admin()).fetchTopicOffsets(topic);
        const lines = await another(topic, groupId, got, false);
        const begins = { partitions: [{ topic, partition: 0, offset: ends?.high }] };
        expect(lines.values).to.deep.include(['No commit found: the partitions begin here', begins]);
        await produce(kafka, topic, [{ value: 'new' }]);
        await got.all('new');
        expect(got.values).to.deep.equal([...values('old', 5), 'new']);
      });
    }

    it('gives a topic to the member that reads it, though the one that leads the group does not', async () => {
      const [orders, returns] = [await kafka.createTopic(2), await kafka.createTopic(2)];
      const groupId = kafka.groupId();
      const got = new Collector();
      const options = { groupId, consumer: client.consumer({ maxWait: 100, heartbeatInterval: 100 }) };
      await subscribe(orders, ({ value }) => got.add(`first: ${String(value)}`), options);
      await subscribe(returns, ({ topic, value }) => got.add(`${topic === orders ? 'second' : 'returns'}: ${String(value)}`), {
        ...options,
        topics: [orders, returns],
      });
      for (const topic of [returns, orders])
        await produce(
          kafka,
          topic,
          [0, 1].map((partition) => ({ partition, value: String(partition) })),
        );
      await got.all('returns: 0', 'returns: 1');
      await got.until((all) => all.length === 4);
      expect(got.values.filter((value) => !value.startsWith('returns')).map((value) => value.split(' ')[1])).to.have.members(['0', '1']);
    });

    it('retries by retry topics in a member that has them, though the one that leads the group does not', async () => {
      const topic = await kafka.createTopic(2);
      const groupId = kafka.groupId();
      const got = new Collector();
      const options = { groupId, retry: { attempts: 1 }, consumer: client.consumer({ maxWait: 100, heartbeatInterval: 100 }) };
      await subscribe(topic, () => {}, options);
      const failOnce = () => {
        got.add(got.values.length === 0 ? 'failed' : 'handled');
        if (got.values.length === 1) throw new Error('no');
      };
      await subscribe(topic, failOnce, { ...options, retryTopics: { delays: ['20ms'] } });
      await produce(
        kafka,
        topic,
        [0, 1].map((partition) => ({ partition, value: String(partition) })),
      );
      await got.all('failed', 'handled');
    });

    for (const partitions of [3, 1])
      it(`writes to its dead-letter topic that was created again with ${partitions} of three partitions`, async () => {
        const topic = await kafka.createTopic(3);
        const groupId = kafka.groupId();
        const deadLetters = `${topic}.${groupId}.dead-letter`;
        const told = new Collector();
        const fail = () => Promise.reject(new Error('no'));
        const subscription = await subscribe(topic, fail, { groupId, retry: { attempts: 1 } });
        subscription.on('dead-letter', ({ offset }) => told.add(offset));
        await produce(kafka, topic, [{ value: 'first', partition: 2 }]);
        await told.all('0');
        await topics.recreate(deadLetters, partitions);
        await produce(kafka, topic, [{ value: 'second', partition: 2 }]);
        await told.all('1');
        expect((await kafka.read(deadLetters, 1)).map(({ value }) => String(value))).to.deep.equal(['second']);
        while (!subscription.health().ok) await new Promise(setImmediate);
      });
  });
}
