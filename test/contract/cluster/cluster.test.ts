import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { ask } from '../../../packages/embedded-kafka/test/support/ask.ts';
import { fetchPartition, fetchRequest } from '../support/requests.ts';
import { useKafka } from '../support/use-kafka.ts';

/** The APIs that kafkajs uses: name, key, and its highest version. */
const usedByKafkajs = [
  ['Produce', 0, 7],
  ['Fetch', 1, 11],
  ['ListOffsets', 2, 3],
  ['Metadata', 3, 6],
  ['OffsetCommit', 8, 5],
  ['OffsetFetch', 9, 4],
  ['FindCoordinator', 10, 2],
  ['JoinGroup', 11, 5],
  ['Heartbeat', 12, 3],
  ['LeaveGroup', 13, 3],
  ['SyncGroup', 14, 3],
  ['DescribeGroups', 15, 2],
  ['ListGroups', 16, 2],
  ['ApiVersions', 18, 2],
  ['CreateTopics', 19, 3],
  ['DeleteTopics', 20, 1],
  ['DeleteRecords', 21, 1],
  ['InitProducerId', 22, 1],
  ['AddPartitionsToTxn', 24, 1],
  ['AddOffsetsToTxn', 25, 1],
  ['EndTxn', 26, 1],
  ['TxnOffsetCommit', 28, 1],
  ['DescribeConfigs', 32, 2],
  ['AlterConfigs', 33, 1],
  ['CreatePartitions', 37, 1],
  ['DeleteGroups', 42, 1],
] as const;

describe('contract: cluster and connections', () => {
  const kafka = useKafka();

  it('describes the cluster with its brokers, one of which is the controller', async () => {
    const { brokers, controller, clusterId } = await kafka.admin.describeCluster();
    expect(brokers.map(({ host, port }) => `${host}:${port}`)).to.include(kafka.broker());
    expect(brokers.map(({ nodeId }) => nodeId)).to.include(controller);
    expect(clusterId).to.be.a('string').that.is.not.empty;
  });

  it('advertises every API version that kafkajs uses', async () => {
    const { error, apiVersions } = await (await kafka.connection()).ask('ApiVersions', 2, {});
    expect(error).to.equal('NONE');
    for (const [name, key, version] of usedByKafkajs) {
      const api = apiVersions.find(({ apiKey }) => apiKey === key);
      expect(api?.minVersion, name).to.be.at.most(version);
      expect(api?.maxVersion, name).to.be.at.least(version);
    }
  });

  it('advertises Produce from version 0, without which older librdkafka does not compress (KAFKA-18659)', async () => {
    const { apiVersions } = await (await kafka.connection()).ask('ApiVersions', 0, {});
    expect(apiVersions.find(({ apiKey }) => apiKey === 0)).to.include({ minVersion: 0 });
  });

  it('names features whose minimum is 0 only from ApiVersions 4 on, as older Java clients refuse them (KAFKA-17011)', async () => {
    const software = { clientSoftwareName: 'contract', clientSoftwareVersion: '1' };
    const minima = async (version: number): Promise<number[]> =>
      (await ask(kafka.broker(), 'ApiVersions', version, software)).supportedFeatures.map(({ minVersion }) => minVersion);
    expect(await minima(3)).to.not.include(0);
    expect(await minima(4)).to.include(0);
  });

  it('answers an unsupported version of ApiVersions in version 0, with the supported versions', async () => {
    const socket = connect(...address(kafka.broker()));
    // Length, API key 18, version 99, correlation id 7, client id null and an arbitrary body.
    socket.write(Buffer.from('0000000e' + '0012' + '0063' + '00000007' + 'ffff' + '00000000', 'hex'));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    const [correlationId, errorCode, entries] = [answer.readInt32BE(4), answer.readInt16BE(8), answer.readInt32BE(10)];
    expect({ correlationId, errorCode }).to.deep.equal({ correlationId: 7, errorCode: 35 });
    expect(entries).to.be.greaterThan(0);
  });

  for (const [what, bytes] of [
    ['an API that does not exist', '0000000a' + '03e7' + '0000' + '00000001' + 'ffff'],
    ['a version of Metadata that does not exist', '0000000a' + '0003' + '0063' + '00000001' + 'ffff'],
    ['a length below zero', 'ffffffff' + '0012'],
    ['a length of more than any request has', '7fffffff' + '0012'],
    ['a request that ends too early', '00000006' + '0003' + '0001' + '0000'],
  ] as const) {
    it(`closes only the connection that sends ${what}`, async () => {
      const other = await kafka.connection();
      const socket = connect(...address(kafka.broker()));
      const closed = once(socket, 'close');
      socket.on('error', () => {});
      socket.resume().write(Buffer.from(bytes, 'hex'));
      await closed;
      expect(await other.ask('ApiVersions', 2, {})).to.include({ error: 'NONE' });
    });
  }

  it('answers the requests of a connection in order when the first of them waits', async () => {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    const started = performance.now();
    const fetched = fetchPartition(connection, topic, { maxWaitTime: 200 });
    // By the next turn of the event loop, the request is encoded and written.
    await setImmediate();
    await connection.ask('ApiVersions', 2, {});
    expect(performance.now() - started).to.be.greaterThan(190);
    expect(await fetched).to.include({ error: 'NONE' });
  });

  it('serves further connections while others wait for a fetch', async () => {
    const topic = await kafka.createTopic();
    const waiting = await Promise.all(Array.from({ length: 20 }, () => kafka.connection()));
    const fetches = waiting.map((connection) => connection.ask('Fetch', 11, fetchRequest(topic, { maxWaitTime: 500 })));
    const answers = await Promise.all(Array.from({ length: 20 }, async () => (await kafka.connection()).ask('ApiVersions', 2, {})));
    expect(answers.every(({ error }) => error === 'NONE')).to.equal(true);
    expect((await Promise.all(fetches)).every(({ error }) => error === 'NONE')).to.equal(true);
  });

  for (const [kind, coordinatorType] of [
    ['group', 0],
    ['transactional id', 1],
  ] as const) {
    it(`finds the coordinator of a ${kind}`, async () => {
      const connection = await kafka.connection();
      const body = { groupId: kafka.groupId(), coordinatorType };
      const { error, coordinator } = await connection.ask('GroupCoordinator', 2, body);
      expect(error).to.equal('NONE');
      const { brokers } = await kafka.admin.describeCluster();
      expect(brokers.map(({ host, port }) => `${host}:${port}`)).to.include(`${coordinator.host}:${coordinator.port}`);
    });
  }
});

function address(broker: string): [port: number, host: string] {
  const { hostname, port } = new URL(`kafka://${broker}`);
  return [Number(port), hostname];
}
