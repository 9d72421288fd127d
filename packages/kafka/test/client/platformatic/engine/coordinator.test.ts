import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import { subscribe, type Subscription } from '../../../../src/subscribe/index.ts';
import { platformaticKafka } from '../../../support/broker/engine-client.ts';
import { Collector } from '../../../support/collector.ts';

const [topic, groupId] = ['orders', 'packing'];
const sessionTimeout = 60_000;

describe('a member of a group on @platformatic/kafka whose coordinator is gone', () => {
  /** It has handled and committed a record, with node 2 as its coordinator. */
  async function running(
    kafka: EmbeddedKafka,
    got: Collector,
    times: { heartbeatInterval: number; maxWait: number },
  ): Promise<Subscription> {
    kafka.group(groupId).moveCoordinator(2);
    const subscription = await subscribe(platformaticKafka.clients(kafka.brokers), {
      groupId,
      topics: [topic],
      fromBeginning: true,
      retry: { attempts: 1 },
      deadLetter: false,
      commitInterval: 50,
      consumer: platformaticKafka.consumer({ metadataMaxAge: 200, sessionTimeout, ...times }),
      handler: ({ value }) => got.add(String(value)),
    });
    kafka.topic(topic).append(0, [{ value: 'before' }]);
    await committed(kafka, 1);
    return subscription;
  }

  const committed = async (kafka: EmbeddedKafka, next: number): Promise<void> => {
    while (kafka.group(groupId).committedOffsets()[0]?.offset !== next) await new Promise(setImmediate);
  };

  it('commits at the next one within seconds, however long its session is, and fetches no record again meanwhile', async () => {
    await using kafka = await EmbeddedKafka.start({ brokers: 2, topics: { [topic]: 1 } });
    kafka.topic(topic).moveLeader(0, 1);
    const got = new Collector();
    const subscription = await running(kafka, got, { heartbeatInterval: 50, maxWait: 500 });
    await kafka.broker(2).stop();
    let [fetches, joins] = [0, 0];
    kafka.on('JoinGroup', (_request, next) => (joins++, next()));
    kafka.on('Fetch', (_request, next) => (fetches++, next()));
    kafka.topic(topic).append(0, [{ value: 'after' }]);
    await committed(kafka, 2);
    expect(fetches).to.be.below(20);
    expect(joins, 'rebalances').to.equal(0);
    expect(got.values).to.deep.equal(['before', 'after']);
    await subscription.drain();
  }).timeout(10_000);

  it('stays in its generation when another broker becomes the coordinator', async () => {
    await using kafka = await EmbeddedKafka.start({ brokers: 2, topics: { [topic]: 1 } });
    const got = new Collector();
    const subscription = await running(kafka, got, { heartbeatInterval: 50, maxWait: 50 });
    let joins = 0;
    kafka.on('JoinGroup', (_request, next) => (joins++, next()));
    kafka.group(groupId).moveCoordinator(1);
    await kafka.waitForRequest('Heartbeat', ({ nodeId }) => nodeId === 1);
    kafka.topic(topic).append(0, [{ value: 'after' }]);
    await committed(kafka, 2);
    expect(joins, 'rebalances').to.equal(0);
    expect(got.values).to.deep.equal(['before', 'after']);
    await subscription.drain();
  }).timeout(10_000);

  it('joins again with the partitions that were added meanwhile', async () => {
    await using kafka = await EmbeddedKafka.start({ brokers: 3, topics: { [topic]: 1 } });
    kafka.topic(topic).moveLeader(0, 1);
    const got = new Collector();
    // No heartbeat tells of the coordinator before the group is joined.
    const subscription = await running(kafka, got, { heartbeatInterval: 15_000, maxWait: 50 });
    await kafka.broker(2).stop();
    const admin = new Kafka({ brokers: [`localhost:${kafka.broker(1).port}`], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] });
    await admin.disconnect();
    kafka.topic(topic).append(1, [{ value: 'added' }]);
    await got.all('added');
    await subscription.drain();
  }).timeout(10_000);
});
