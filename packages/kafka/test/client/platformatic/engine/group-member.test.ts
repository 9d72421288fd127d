import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { platformaticEngine } from '../../../../src/client/platformatic/engine/engine-clients.ts';
import { subscribe, type Subscription } from '../../../../src/subscribe/index.ts';
import { platformaticKafka } from '../../../support/broker/engine-client.ts';
import { Collector } from '../../../support/collector.ts';

const [topic, groupId] = ['orders', 'packing'];

describe('a member of a group on @platformatic/kafka', () => {
  it('waits before it hands over again what a batch has not resolved', async () => {
    await using kafka = await EmbeddedKafka.start({ topics: { [topic]: 1 } });
    // No fetch waits for records: there are more.
    for (const value of ['1', '2', '3', '4']) kafka.topic(topic).append(0, [{ value }]);
    const clients = platformaticEngine.clients(platformaticKafka.clients(kafka.brokers) as object, 'subscribe');
    const member = clients.member({ groupId, concurrency: 1, options: { maxBytesPerPartition: 1 } });
    const begun = new Collector<number>();
    const ignore = (): void => {};
    await member.join([topic], {
      assigned: (_, [place]) => place !== undefined && member.seek(place, '0'),
      batch: async () => begun.add(performance.now()),
      passedEmpty: ignore,
      confirmed: ignore,
      suspected: ignore,
      replaced: ignore,
      unreadable: ignore,
      unreadTopics: ignore,
      crashed: ignore,
    });
    await begun.until((times) => times.length === 6);
    await member.disconnect();
    const [first = 0, last = 0] = [begun.values[0], begun.values[5]];
    // Five times 50 ms; a timer may be a millisecond early.
    expect(last - first).to.be.at.least(240);
  });

  describe('whose handler takes longer than its session', () => {
    let kafka: EmbeddedKafka;
    let release: PromiseWithResolvers<void>;
    let got: Collector;
    let subscription: Subscription;
    beforeEach('begin to handle a record', async () => {
      kafka = await EmbeddedKafka.start({ topics: { [topic]: 1 } });
      release = Promise.withResolvers();
      got = new Collector();
      subscription = await subscribe(platformaticKafka.clients(kafka.brokers), {
        groupId,
        topics: [topic],
        fromBeginning: true,
        drain: { grace: 0, timeout: 20_000 },
        consumer: platformaticKafka.consumer({ maxWait: 50, sessionTimeout: 6_000, heartbeatInterval: 500 }),
        handler: async ({ value }) => {
          got.add(String(value));
          await release.promise;
        },
      });
      kafka.topic(topic).append(0, [{ value: 'long' }]);
      await got.all('long');
    });
    afterEach('end all', async () => {
      release.resolve();
      await subscription.drain();
      await kafka.stop();
    });

    for (const [what, end] of [
      ['its group rebalances', () => {}],
      ['it is drained while its group rebalances', () => void subscription.drain()],
    ] as const)
      it(`stays a member, and commits, when ${what}`, async () => {
        const group = kafka.group(groupId);
        const [before] = group.describe().members;
        group.triggerRebalance();
        await group.reaches('PreparingRebalance');
        end();
        const beats = new Collector<number>();
        kafka.on('Heartbeat', (_, next) => (beats.add(performance.now()), next()));
        await beats.until(([first = 0, ...more]) => (more.at(-1) ?? 0) > first + 7_000);
        expect(group.describe().members.map(({ memberId }) => memberId)).to.deep.equal([before?.memberId]);
        release.resolve();
        while (group.committedOffsets()[0]?.offset !== 1) await new Promise(setImmediate);
        expect(got.values).to.deep.equal(['long']);
      }).timeout(20_000);
  });
});
