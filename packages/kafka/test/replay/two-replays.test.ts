import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import type { ReplayReport } from '../../src/replay/replay-report.ts';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';
import { deadLetterRecord } from '../support/records/dead-letter-record.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { produce } from '../support/broker/consume.ts';
import { replayOn } from '../support/broker/replaying.ts';

const settled = (work: Promise<ReplayReport>): Promise<ReplayReport | { code: string; message: string }> =>
  work.catch((error: { code: string; message: string }) => error);

describe('two concurrent replays of one topic', () => {
  const kafka = useKafka();

  it('end with an error that names the group for the second, and leave the first undisturbed', async () => {
    const [topic, from] = [await kafka.createTopic(), await kafka.createTopic(2)];
    await produce(
      kafka,
      from,
      Array.from({ length: 20 }, (_, index) => ({ ...deadLetterRecord(topic), value: String(index), partition: index % 2 })),
    );
    const begun = Promise.withResolvers<void>();
    const first = replayOn(kafka.brokers(), { from, rate: 50, onRecord: () => begun.resolve() });
    await begun.promise;
    const second = await settled(replayOn(kafka.brokers(), { from }));
    expect(second).to.have.property('code', 'group_in_use');
    expect(second).to.have.property('message').that.contains(`"${from}.replay"`).and.contains('--group');
    expect(await first).to.include({ replayed: 20, ended: 'at the end' });
    const values = (await kafka.read(topic, 20)).map(({ value }) => String(value));
    expect(new Set(values).size).to.equal(20);
    expect(await replayOn(kafka.brokers(), { from })).to.include({ replayed: 0 });
  });

  for (const partitions of [1, 3])
    it(`end as one complete replay and one error when both start at the same time, with ${partitions} partitions`, async () => {
      await using broker = await EmbeddedKafka.start({ topics: { orders: 1, dead: partitions } });
      for (let index = 0; index < 30; index++) broker.topic('dead').append(index % partitions, [ofOrders(index)]);
      // Neither finds a member before it joins.
      const both = Promise.withResolvers<void>();
      let asked = 0;
      broker.on('JoinGroup', async (_request, next) => {
        if (++asked >= 2) both.resolve();
        await both.promise;
        return next();
      });
      const reports = await Promise.all([1, 2].map(() => settled(replayOn(broker.brokers, { from: 'dead', rate: 20 }))));
      const [done, refused] = [...reports].sort((a, b) => Number('code' in a) - Number('code' in b));
      expect(done).to.include({ replayed: 30, ended: 'at the end' });
      expect(refused).to.have.property('code', 'group_in_use');
      const values = broker
        .topic('orders')
        .records(0)
        .map(({ value }) => String(value));
      expect([values.length, new Set(values).size]).to.deep.equal([30, 30]);
    });

  for (const [which, filter] of [
    ['the same filter', undefined],
    ['another filter', { key: 'k' }],
  ] as const)
    it(`send nothing twice when one joins again that was expelled, and one with ${which} has replayed meanwhile`, async () => {
      await using broker = await EmbeddedKafka.start({ topics: { orders: 1, dead: 1 } });
      for (let index = 0; index < 20; index++) broker.topic('dead').append(0, [ofOrders(index)]);
      const [expelled, returns] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      let commits = 0;
      broker.on('OffsetCommit', async (_request, next) => {
        const answer = await next();
        const [member] = broker.group('dead.replay').describe().members;
        if (++commits === 5) broker.group('dead.replay').expireMember(member?.memberId ?? '');
        return answer;
      });
      let isFirst = true;
      broker.on('JoinGroup', async (_request, next) => {
        if (commits >= 5 && isFirst) {
          isFirst = false;
          expelled.resolve();
          await returns.promise;
        }
        return next();
      });
      // It learns of that before its next record.
      const consumer = { maxWaitTimeInMs: 50, heartbeatInterval: 10 };
      const first = settled(replayOn(broker.brokers, { from: 'dead', rate: 50, consumer }));
      await expelled.promise;
      const limited = { from: 'dead', limit: 10, ...(filter !== undefined && { filter }) };
      expect(await replayOn(broker.brokers, limited)).to.include({ replayed: 10, ended: 'at the limit' });
      returns.resolve();
      expect(await first).to.have.property('code', 'group_in_use');
      expect(await replayOn(broker.brokers, { from: 'dead' })).to.include({ replayed: 5 });
      const values = broker
        .topic('orders')
        .records(0)
        .map(({ value }) => String(value));
      expect([values.length, new Set(values).size]).to.deep.equal([20, 20]);
    });

  it('lose and repeat nothing when another member joins the group in the middle', async () => {
    await using broker = await EmbeddedKafka.start({ topics: { orders: 1, dead: 2 } });
    for (let index = 0; index < 40; index++) broker.topic('dead').append(index % 2, [ofOrders(index)]);
    const other = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }).consumer({
      groupId: 'dead.replay',
      maxWaitTimeInMs: 50,
    });
    await other.connect();
    await other.subscribe({ topic: 'dead' });
    const begun = Promise.withResolvers<void>();
    const first = replayOn(broker.brokers, {
      from: 'dead',
      rate: 40,
      consumer: { maxWaitTimeInMs: 50, heartbeatInterval: 50 },
      onRecord: () => begun.resolve(),
    });
    await begun.promise;
    const joined = Promise.withResolvers<void>();
    other.on(other.events.GROUP_JOIN, () => joined.resolve());
    await other.run({ autoCommit: false, eachMessage: async () => {} });
    await joined.promise;
    await other.disconnect();
    expect(await first).to.include({ replayed: 40, ended: 'at the end' });
    const values = broker
      .topic('orders')
      .records(0)
      .map(({ value }) => String(value));
    expect([values.length, new Set(values).size]).to.deep.equal([40, 40]);
  });
});

function ofOrders(index: number): { key: string; value: string; headers: Record<string, string> } {
  return { key: 'k', value: String(index), headers: { [DeliveryHeader.ORIGINAL_TOPIC]: 'orders' } };
}
