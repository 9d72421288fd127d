import { EmbeddedKafka, type ApiName } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import type { SubscribeOptions } from '../../../../src/subscribe/subscribe-options.ts';
import { subscribe, type Subscription } from '../../../../src/subscribe/index.ts';
import { platformaticKafka } from '../../../support/broker/engine-client.ts';
import { Collector } from '../../../support/collector.ts';

const [topic, groupId] = ['orders', 'packing'];

describe('subscribe on @platformatic/kafka', () => {
  const started = async (broker: EmbeddedKafka, got: Collector, options: Partial<SubscribeOptions> = {}): Promise<Subscription> =>
    subscribe(platformaticKafka.clients(broker.brokers), {
      groupId,
      topics: [topic],
      fromBeginning: true,
      retryTopics: { delays: ['1s'] },
      consumer: platformaticKafka.consumer({ maxWait: 50, heartbeatInterval: 50 }),
      handler: ({ value }) => got.add(String(value)),
      ...options,
    });

  const asked: readonly ApiName[] = [
    'Metadata',
    'DescribeConfigs',
    'CreateTopics',
    'FindCoordinator',
    'OffsetFetch',
    'ListOffsets',
    'JoinGroup',
  ];
  for (const api of asked)
    it(`starts when the connections of two ${api} requests are lost`, async () => {
      await using broker = await EmbeddedKafka.start({ topics: { [topic]: 1 } });
      broker.topic(topic).append(0, [{ value: 'a' }]);
      const lost = broker.fault({ api, times: 2 }, { drop: 'before' });
      const got = new Collector();
      const subscription = await started(broker, got);
      await got.all('a');
      await subscription.drain();
      expect(lost.hits).to.equal(2);
    });

  it('rejects at once with an answer that another node would give, too', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { [topic]: 1 } });
    const refused = broker.fault({ api: 'OffsetFetch', times: Infinity }, { error: 'GROUP_AUTHORIZATION_FAILED' });
    const error: unknown = await started(broker, new Collector()).catch((thrown: unknown) => thrown);
    expect(error).to.have.property('type', 'GROUP_AUTHORIZATION_FAILED');
    expect(refused.hits).to.equal(1);
  });

  it('joins its group again after joining has failed, and says it', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { [topic]: 1 } });
    const got = new Collector();
    const said = new Collector();
    const subscription = await started(broker, got, { log: { info: () => {}, warn: (_, message) => said.add(message) } });
    broker.fault({ api: 'JoinGroup', times: 2 }, { error: 'GROUP_AUTHORIZATION_FAILED' });
    broker.group(groupId).triggerRebalance();
    await said.all('The client crashed: it starts again');
    broker.topic(topic).append(0, [{ value: 'after' }]);
    await got.all('after');
    expect(subscription.health()).to.include({ ok: true, state: 'running' });
    await subscription.drain();
  });

  it('waits for a partition without a leader, and reads it when there is one', async () => {
    await using broker = await EmbeddedKafka.start({ brokers: 2, topics: { [topic]: 2 } });
    const got = new Collector();
    const subscription = await started(broker, got, { consumer: { maxWaitTime: 50, metadataMaxAge: 200 } });
    broker.topic(topic).moveLeader(1, 2);
    const back = broker.broker(2).restart({ downMs: 1_000 });
    broker.topic(topic).append(0, [{ value: 'led' }]);
    broker.topic(topic).append(1, [{ value: 'not led' }]);
    await got.all('led');
    await back;
    await got.all('not led');
    await subscription.drain();
  });

  it('refuses options with which handlers would get no bytes, or the member not hear what it loses', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { [topic]: 1 } });
    const refusals: string[] = [];
    for (const consumer of [
      { deserializers: {} },
      { registry: {} },
      { protocolsMetadata: () => {} },
      { groupProtocol: 'consumer' },
      { isolationLevel: 0 },
    ]) {
      const error: unknown = await started(broker, new Collector(), { consumer: consumer as never }).catch((thrown: unknown) => thrown);
      expect(error).to.have.property('code', 'invalid_option');
      refusals.push(String(error));
    }
    expect(refusals.join()).to.contain('consumer.deserializers').and.contain("consumer.groupProtocol to be 'classic'");
  });
});
