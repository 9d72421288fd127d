import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import type { ReplayOptions, ReplayReport } from '../../src/replay/replay-options.ts';
import { replay } from '../../src/replay/replay.ts';
import { DeliveryHeader } from '../../src/subscribe/delivery-headers.ts';
import { replayOn } from '../support/replaying.ts';

describe('replay while something fails', () => {
  let broker: EmbeddedKafka;
  let admin: Admin;
  beforeEach(async () => {
    broker = await EmbeddedKafka.start({ topics: { orders: 3, dead: 2 } });
    admin = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING }).admin();
  });
  afterEach(async () => {
    await admin.disconnect();
    await broker.stop();
  });

  const again = (options?: Partial<ReplayOptions>): Promise<ReplayReport> => replayOn(broker.brokers, { from: 'dead', ...options });
  const failureOf = (work: Promise<unknown>): Promise<{ code?: string; message: string }> =>
    work.then(
      () => ({ message: 'it did not fail' }),
      (error: { code?: string; message: string }) => error,
    );
  /** Numbered records, spread over the partitions of the dead-letter topic. */
  function fill(first: number, end: number): void {
    for (const partition of [0, 1]) {
      const numbers = Array.from({ length: end - first }, (_, index) => first + index).filter((number) => number % 2 === partition);
      broker.topic('dead').append(
        partition,
        numbers.map((number) => ({
          key: Buffer.from([number % 7, 0xff]),
          value: Buffer.from([number & 0xff, number >> 8, 0xff]),
          headers: { [DeliveryHeader.ORIGINAL_TOPIC]: 'orders', binary: Buffer.from([0xff, 0x00]) },
        })),
      );
    }
  }
  const sent = (): number[] =>
    [0, 1, 2].flatMap((partition) =>
      broker
        .topic('orders')
        .records(partition)
        .map(({ value }) => (value?.[0] ?? 0) + ((value?.[1] ?? 0) << 8)),
    );
  const missing = (count: number): number[] => {
    const there = new Set(sent());
    return Array.from({ length: count }, (_, index) => index).filter((number) => !there.has(number));
  };

  it('sends ten thousand binary records, each once', async function () {
    this.timeout(120_000);
    fill(0, 10_000);
    expect(await again()).to.include({ replayed: 10_000, ended: 'at the end' });
    expect([missing(10_000), sent().length]).to.deep.equal([[], 10_000]);
  });

  it('loses nothing and repeats one record at most when it is aborted in the middle, over and over', async () => {
    fill(0, 60);
    let runs = 0;
    for (let report: ReplayReport | undefined; report?.ended !== 'at the end'; runs++) {
      const control = new AbortController();
      let count = 0;
      report = await again({ signal: control.signal, onRecord: () => ++count === 7 && control.abort() });
    }
    expect(runs).to.equal(9);
    expect([missing(60), sent().length]).to.deep.equal([[], 60]);
  });

  it('ends with an error while the broker is away, and goes on where it was when it is back', async () => {
    fill(0, 40);
    const kafka = new Kafka({ brokers: broker.brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 10, retries: 2 } });
    let count = 0;
    const cut = await failureOf(
      replay(kafka, {
        from: 'dead',
        onRecord: () => {
          if (++count === 10) void broker.broker(1).stop();
        },
      }),
    );
    expect(cut.message).not.to.equal('it did not fail');
    await broker.broker(1).start();
    // The session of the one that was cut off.
    broker.clock.advance(30_000);
    await broker.group('dead.replay').reaches('Empty');
    await again();
    expect(missing(40)).to.deep.equal([]);
    expect(sent().length).to.be.within(40, 41);
  });

  it('sends nothing twice when commits are refused for a while', async () => {
    fill(0, 10);
    broker.fault({ api: 'OffsetCommit', skip: 2, times: 3 }, { error: 'NOT_COORDINATOR' });
    expect(await again()).to.include({ replayed: 10 });
    expect([missing(10), sent().length]).to.deep.equal([[], 10]);
    broker.assertNoPendingFaults();
  });

  it('ends within two seconds of its abort while the broker does not answer', async () => {
    fill(0, 10);
    const control = new AbortController();
    broker.fault({ api: 'Produce' }, { silence: true });
    void broker.waitForRequest('Produce').then(() => {
      broker.broker(1).pause();
      control.abort();
    });
    const startedAt = performance.now();
    expect(await again({ signal: control.signal })).to.include({ replayed: 0, ended: 'aborted' });
    expect(performance.now() - startedAt).to.be.below(4_000);
    broker.broker(1).resume();
  });

  it('says so when its topic is deleted in the middle', async () => {
    fill(0, 100);
    await admin.connect();
    let count = 0;
    const failure = await failureOf(again({ rate: 100, onRecord: () => ++count === 5 && void admin.deleteTopics({ topics: ['dead'] }) }));
    expect(failure).to.have.property('code', 'topic_missing');
  });

  for (const records of [3, 150])
    it(`says so when its topic is created again in the middle, with ${records} records`, async () => {
      fill(0, 100);
      await admin.connect();
      const recreate = async (): Promise<void> => {
        await admin.deleteTopics({ topics: ['dead'] });
        await admin.createTopics({ topics: [{ topic: 'dead', numPartitions: 2 }] });
        fill(1_000, 1_000 + records);
      };
      let count = 0;
      const failure = await failureOf(again({ rate: 100, onRecord: () => ++count === 5 && void recreate() }));
      expect(failure).to.have.property('code', 'topic_recreated');
      // Whatever was committed in between, a group of its own reads all of the new topic.
      expect(await again({ groupId: 'another', dryRun: true })).to.include({ replayed: records });
    });

  it('reads a topic from its beginning that was created again with fewer records than its group has committed', async () => {
    fill(0, 20);
    expect(await again()).to.include({ replayed: 20 });
    await admin.connect();
    await admin.deleteTopics({ topics: ['dead'] });
    await admin.createTopics({ topics: [{ topic: 'dead', numPartitions: 2 }] });
    fill(20, 26);
    expect(await again()).to.include({ replayed: 6 });
    expect(missing(26)).to.deep.equal([]);
  });

  it('is through at once with an empty topic', async () => {
    expect(await again()).to.include({ replayed: 0, ended: 'at the end', unroutable: 0, failed: 0 });
  });

  it('goes on when retention takes what it has not read', async () => {
    fill(0, 20);
    await admin.connect();
    await admin.fetchTopicOffsets('dead');
    const limit = { topic: 'dead', partitions: [0, 1].map((partition) => ({ partition, offset: '-1' })) };
    const report = await again({
      filter: async () => {
        await admin.deleteTopicRecords(limit);
        return true;
      },
    });
    expect(report).to.include({ ended: 'at the end' });
    expect(report.replayed).to.be.within(1, 20);
  });
});
