import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { kafkaUnderTest } from '@tracelink/testing';
import { expect } from 'chai';
import { kafkaClient, prepareKafka, untilUp } from '@tracelink-demo/kit';
import { LogLines } from './support/log-lines.ts';

describe('prepareKafka', () => {
  it('creates topics of 3 partitions, also when two services do so at the same time, and when they exist', async () => {
    await using kafka = await kafkaUnderTest();
    const { log } = new LogLines();
    const client = kafkaClient({ clientId: 'test', brokers: kafka.brokers, log });
    const topics = [kafka.topic(), kafka.topic()];
    const needs = { topics, groups: [kafka.groupId()] };
    const prepare = (): Promise<void> =>
      untilUp('The broker', () => prepareKafka(client, needs), { log, signal: new AbortController().signal });
    await Promise.all([prepare(), prepare()]);
    await prepare();
    const admin = client.admin();
    await admin.connect();
    const { topics: found } = await admin.fetchTopicMetadata({ topics });
    await admin.disconnect();
    expect(found.map(({ name, partitions }) => [name, partitions.length])).to.have.deep.members(topics.map((topic) => [topic, 3]));
  });

  it('rejects while the leader of a partition does not serve it, also when the topic was there', async () => {
    await using kafka = await EmbeddedKafka.start({ topics: { orders: 1 } });
    kafka.fault({ api: 'ListOffsets', topic: 'orders' }, { error: 'NOT_LEADER_OR_FOLLOWER' });
    const client = kafkaClient({ clientId: 'test', brokers: kafka.brokers, log: new LogLines().log });
    const refused: unknown = await prepareKafka(client, { topics: ['orders'], groups: ['packing'] }).catch((error: unknown) => error);
    expect(refused).to.have.property('type', 'NOT_LEADER_FOR_PARTITION');
    await prepareKafka(client, { topics: ['orders'], groups: ['packing'] });
  });

  it('rejects, so that the caller can retry, while the groups have no coordinator', async () => {
    await using kafka = await EmbeddedKafka.start();
    // Twice as often as the client asks.
    kafka.fault({ api: 'FindCoordinator', times: 6 }, { error: 'COORDINATOR_NOT_AVAILABLE' });
    const logs = new LogLines();
    const client = kafkaClient({ clientId: 'test', brokers: kafka.brokers, log: logs.log });
    const waiting = { log: logs.log, signal: new AbortController().signal };
    await untilUp('The broker', () => prepareKafka(client, { topics: ['orders'], groups: ['packing'] }), waiting);
    kafka.assertNoPendingFaults();
    expect(logs.lines.filter(({ msg }) => msg === 'The broker is not up yet')).to.have.length(2);
  });
});
