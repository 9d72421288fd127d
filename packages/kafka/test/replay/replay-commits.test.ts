import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { expect } from 'chai';
import { Kafka, logLevel } from 'kafkajs';
import type { ReplayOptions } from '../../src/replay/replay-options.ts';
import type { ReplayReport } from '../../src/replay/replay-report.ts';
import { VALUE_OMITTED_HEADER } from '../../src/sender/record-headers.ts';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';
import { confluentKafka, kafkajs, platformaticKafka } from '../support/broker/engine-client.ts';
import { replayOn } from '../support/broker/replaying.ts';

const now = performance.now.bind(performance);

/** One a second, for longer than a test may take; far from one a record. */
const few = 100;

describe('the commits of a replay', () => {
  let broker: EmbeddedKafka;
  let commits: number;
  beforeEach('start a broker', async () => {
    broker = await EmbeddedKafka.start({ topics: { orders: 1, dead: 1 }, autoCreateTopics: false });
    commits = 0;
    broker.on('OffsetCommit', (_request, next) => {
      commits++;
      return next();
    });
  });
  afterEach('stop the broker', async () => {
    performance.now = now;
    await broker.stop();
  });

  const again = (options?: Partial<ReplayOptions>): Promise<ReplayReport> => replayOn(broker.brokers, { from: 'dead', ...options });
  /** Records with numbers for keys, from 0 on. */
  function fill(topics: readonly string[]): void {
    const records = topics.map((topic, key) => ({ key: String(key), value: 'v', headers: { [DeliveryHeader.ORIGINAL_TOPIC]: topic } }));
    broker.topic('dead').append(0, records);
  }
  const ofOrders = (count: number): readonly string[] => Array.from({ length: count }, () => 'orders');

  it('are few when the filter passes over a thousand records', async () => {
    fill(ofOrders(1_000));
    expect(await again({ filter: { key: '999' } })).to.include({ replayed: 1, filtered: 999 });
    expect(commits).to.be.within(1, few);
  });

  it('are few when a thousand records were replayed behind one that cannot be sent', async () => {
    fill(['gone', ...ofOrders(1_000)]);
    expect(await again()).to.include({ replayed: 1_000, unroutable: 1 });
    expect(commits).to.be.at.least(1_000);
    commits = 0;
    expect(await again()).to.include({ replayed: 0, unroutable: 1 });
    expect(commits).to.be.within(1, few);
  });

  it('are few when no record can be sent, and the next replay tries all of them', async () => {
    fill(Array.from({ length: 1_000 }, () => 'gone'));
    expect(await again()).to.include({ unroutable: 1_000 });
    expect(commits).to.be.within(1, few);
    expect(await again({ to: 'orders' })).to.include({ replayed: 1_000 });
  });

  it('keep all that could not be sent among as many that the filter passes over, however often it is tried', async () => {
    const of = (error: string): object => ({ [DeliveryHeader.ORIGINAL_TOPIC]: 'gone', [DeliveryHeader.ERROR_MESSAGE]: error });
    const records = Array.from({ length: 1_000 }, (_, key) => ({ value: 'v', headers: of(key % 2 === 0 ? 'x' : 'y') as never }));
    broker.topic('dead').append(0, records);
    const options = { filter: { error: 'x' }, groupOnly: false };
    for (let time = 0; time < 2; time++) {
      const { unroutable, notes } = await again(options);
      expect([unroutable, notes]).to.deep.equal([500, []]);
    }
    expect(await again({ ...options, to: 'orders' })).to.include({ replayed: 500, unroutable: 0 });
  });

  it('remember what another filter’s replay has sent when that one’s group is forgotten', async () => {
    fill(['gone', 'gone', 'gone']);
    expect(await again()).to.include({ unroutable: 3 });
    expect(await again({ filter: { key: '1' }, to: 'orders' })).to.include({ replayed: 1 });
    expect(await again()).to.include({ unroutable: 2, alreadyReplayed: 1 });
    const { kafkajs: admin } = { kafkajs: new Kafka({ brokers: [...broker.brokers], logLevel: logLevel.NOTHING }).admin() };
    await admin.connect();
    const groups = (await admin.listGroups()).groups.map(({ groupId }) => groupId);
    await admin.deleteGroups(groups.filter((groupId) => groupId !== 'dead.replay'));
    await admin.disconnect();
    expect(await again({ to: 'orders' })).to.include({ replayed: 2 });
    expect(
      broker
        .topic('orders')
        .records(0)
        .map(({ key }) => String(key)),
    ).to.deep.equal(['1', '0', '2']);
  });

  it('are said to leave out the oldest when sending what lies between takes the room of those that could not be sent', async () => {
    const gone = { [DeliveryHeader.ORIGINAL_TOPIC]: 'gone' };
    const bare = { headers: { ...gone, [VALUE_OMITTED_HEADER]: 'true' }, value: null };
    const records = Array.from({ length: 1_000 }, (_, key) => (key % 2 === 0 ? bare : { headers: gone, value: 'v' }));
    broker.topic('dead').append(0, records);
    const first = await again({ groupOnly: false });
    expect([first.unroutable, first.notes]).to.deep.equal([1_000, []]);
    const { replayed, unroutable, notes } = await again({ groupOnly: false, to: 'orders' });
    expect([replayed, unroutable, notes.map((note) => note.slice(0, 45))]).to.deep.equal([
      500,
      500,
      ['More records of partition 0 could not be sent'],
    ]);
  });

  it('follow a second after the last one while the filter takes its time', async () => {
    fill(ofOrders(10));
    const committed = broker.waitForRequest('OffsetCommit');
    const filter = async ({ offset }: { readonly offset: string }): Promise<boolean> => {
      if (offset === '5') performance.now = () => now() + 1_000;
      if (offset === '6') await committed;
      return false;
    };
    expect(await again({ filter, groupId: 'slow' })).to.include({ filtered: 10 });
    expect(broker.group('slow.function').committedOffsets()[0]).to.include({ offset: 10 });
  });

  it('have what the filter passed over when the replay is aborted', async () => {
    fill(ofOrders(10));
    const control = new AbortController();
    const onRecord: ReplayOptions['onRecord'] = (_record, { offset }) => (offset === '4' ? control.abort() : undefined);
    const filter = { key: 'none' };
    expect(await again({ filter, signal: control.signal, onRecord })).to.include({ filtered: 5, ended: 'aborted' });
    expect(await again({ filter })).to.include({ filtered: 5, ended: 'at the end' });
  });

  it('have what the filter passed over before it threw', async () => {
    fill(ofOrders(10));
    let isFixed = false;
    const filter = ({ offset }: { readonly offset: string }): boolean => {
      if (offset === '4' && !isFixed) throw new Error('no');
      return false;
    };
    const failed: unknown = await again({ filter, groupId: 'throws' }).catch((error: unknown) => error);
    expect(failed).to.have.property('code', 'filter_failed');
    isFixed = true;
    expect(await again({ filter, groupId: 'throws' })).to.include({ filtered: 6 });
  });

  it('end a replay at its limit when the coordinator rejects the one of the last record at first', async () => {
    fill(ofOrders(10));
    broker.fault({ api: 'OffsetCommit', skip: 2 }, { error: 'REBALANCE_IN_PROGRESS' });
    expect(await again({ limit: 3 })).to.include({ replayed: 3, ended: 'at the limit' });
    broker.assertNoPendingFaults();
    expect(await again()).to.include({ replayed: 7 });
    expect(broker.topic('orders').records(0)).to.have.length(10);
  });

  for (const library of [kafkajs, confluentKafka, platformaticKafka])
    it(`have the last record although the coordinator loads its commits at first, on ${library.name}`, async () => {
      fill(ofOrders(3));
      broker.fault({ api: 'OffsetCommit', skip: 2, times: 2 }, { error: 'COORDINATOR_LOAD_IN_PROGRESS' });
      expect(await replayOn(broker.brokers, { from: 'dead' }, library)).to.include({ replayed: 3, ended: 'at the end' });
      broker.assertNoPendingFaults();
      expect(await replayOn(broker.brokers, { from: 'dead' }, library)).to.include({ replayed: 0 });
      expect(broker.topic('orders').records(0)).to.have.length(3);
    });
});
