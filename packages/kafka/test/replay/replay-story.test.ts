import { expect } from 'chai';
import fc from 'fast-check';
import { checkFilter, type DeadLetterFilter } from '../../src/dead-letters/dead-letter-filter.ts';
import { readDeadLetterRecord } from '../../src/dead-letters/dead-letter-record.ts';
import type { ReplayOptions } from '../../src/replay/replay-options.ts';
import type { ReplayReport } from '../../src/replay/replay-report.ts';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';
import { produce } from '../support/broker/consume.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { replayOn } from '../support/broker/replaying.ts';
import { useTopics } from '../support/broker/topics.ts';

const traces = ['a', 'b', 'c'].map((digit) => digit.repeat(32));
const errors = ['StockError', 'TimeoutError'];

/** A record of the tests, by its number. */
interface Dead {
  readonly trace: number;
  readonly error: number;
  readonly partition: number;
}

describe('replays with filters', () => {
  const kafka = useKafka();
  const topics = useTopics(kafka);
  let [topic, from] = ['', ''];
  beforeEach(async () => {
    [topic, from] = [await kafka.createTopic(), await kafka.createTopic(2)];
  });

  const again = (options?: Partial<ReplayOptions>): Promise<ReplayReport> => replayOn(kafka.brokers(), { from, ...options });
  const headersOf = ({ trace, error }: Dead): Record<string, string> => ({
    [DeliveryHeader.ORIGINAL_TOPIC]: topic,
    [DeliveryHeader.FAILED_ATTEMPT]: `00-${traces[trace]}-${'d'.repeat(16)}-01`,
    [DeliveryHeader.ERROR_CLASS]: errors[error] ?? '',
  });
  /** Values are numbers from `first` on. */
  const fill = (dead: readonly Dead[], first = 0): Promise<void> =>
    produce(
      kafka,
      from,
      dead.map((one, index) => ({ partition: one.partition, key: 'k', value: String(first + index), headers: headersOf(one) })),
    );
  /** What was sent, in the order of numbers. */
  async function sent(): Promise<number[]> {
    const [end] = await (await topics.admin()).fetchTopicOffsets(topic);
    const count = Number(end?.high ?? 0);
    if (count === 0) return [];
    return (await kafka.read(topic, count)).map(({ value }) => Number(value)).sort((a, b) => a - b);
  }
  const alternating = (count: number): Dead[] =>
    Array.from({ length: count }, (_, index) => ({ trace: index % 3, error: index % 2, partition: index % 2 }));

  it('send all of a trace, then all of an error, then the rest, each record once', async () => {
    await fill(alternating(12));
    expect(await again({ filter: { trace: traces[0] ?? '' } })).to.include({ replayed: 4, filtered: 8, alreadyReplayed: 0 });
    expect(await sent()).to.deep.equal([0, 3, 6, 9]);
    expect(await again({ filter: { error: 'stock' } })).to.include({ replayed: 4, filtered: 6, alreadyReplayed: 2 });
    const rest = await again();
    expect(rest).to.include({ replayed: 4, alreadyReplayed: 8 });
    expect(rest.records.find(({ outcome }) => outcome === 'alreadyReplayed')?.reason).to.include('another groupId, or --group');
    expect(await sent()).to.deep.equal(alternating(12).map((_, index) => index));
    for (const filter of [{}, { trace: traces[0] ?? '' }, { trace: traces[1] ?? '' }])
      expect(await again({ filter }), JSON.stringify(filter)).to.include({ replayed: 0 });
  });

  it('say in a dry run where each record would go, and leave a running replay alone', async () => {
    await fill(alternating(6));
    const begun = Promise.withResolvers<void>();
    const running = again({ rate: 20, onRecord: () => begun.resolve() });
    await begun.promise;
    const dry = await again({ filter: { error: 'TimeoutError' }, groupId: kafka.groupId(), dryRun: true });
    expect(dry)
      .to.include({ replayed: 3, filtered: 3 })
      .and.deep.include({ sentTo: { [topic]: 3 } });
    expect(dry.records.map(({ outcome, partition, traceId, to }) => [outcome, partition, traceId, to])).to.deep.equal(
      [1, 3, 5].map((number) => [
        'replayed',
        1,
        traces[number % 3],
        { topic, partition: undefined, offset: undefined, groupId: undefined },
      ]),
    );
    const report = await running;
    expect(report).to.include({ replayed: 6 });
    expect(report.records.map(({ to }) => `${to?.topic}/${to?.partition}/${to?.offset}`)).to.have.members(
      [0, 1, 2, 3, 4, 5].map((offset) => `${topic}/0/${offset}`),
    );
  });

  it('continue where they were interrupted, whatever other filters did in between', async () => {
    await fill(alternating(12));
    const filter: DeadLetterFilter = { error: 'StockError' };
    expect(await again({ filter, limit: 2 })).to.include({ replayed: 2, ended: 'at the limit' });
    // Of 2, 5, 8 and 11 the first one was sent.
    expect(await again({ filter: { trace: traces[2] ?? '' } })).to.include({ replayed: 3, alreadyReplayed: 1 });
    const control = new AbortController();
    await again({ filter, signal: control.signal, onRecord: (_record, { outcome }) => outcome === 'replayed' && control.abort() });
    await again({ filter });
    const expected = alternating(12).flatMap(({ trace, error }, index) => (error === 0 || trace === 2 ? [index] : []));
    expect(await sent()).to.deep.equal(expected);
    expect(await again({ filter })).to.include({ replayed: 0, alreadyReplayed: 0 });
  });
  it('of two filters at the same time are one replay and one error, or two errors', async () => {
    await fill(alternating(20));
    const begun = Promise.withResolvers<void>();
    const first = again({ filter: { error: 'StockError' }, rate: 20, onRecord: () => begun.resolve() });
    await begun.promise;
    const second = await again({ filter: { trace: traces[0] ?? '' } }).catch((error: unknown) => error);
    expect(second).to.have.property('code', 'group_in_use');
    expect(await first).to.include({ replayed: 10 });
    const both = await Promise.all(
      [{ trace: traces[1] ?? '' }, { error: 'TimeoutError' }].map((filter) =>
        again({ filter }).catch((error: { code: string }) => error.code),
      ),
    );
    expect(both.filter((each) => typeof each !== 'string')).to.have.length.below(2);
    expect(both.filter((each) => each === 'group_in_use')).to.have.length.above(0);
    while ((await again().catch(() => ({ ended: 'refused' }))).ended !== 'at the end');
    expect(await sent()).to.deep.equal(alternating(20).map((_, index) => index));
  });

  it('try again what could not be sent, and nothing else', async () => {
    await fill(alternating(4));
    const gone = { [DeliveryHeader.ORIGINAL_TOPIC]: `${topic}.gone` };
    const dead = (value: string, headers: Record<string, string>): object => ({ partition: 0, key: 'k', value, headers });
    const good = headersOf({ trace: 0, error: 0, partition: 0 });
    await produce(kafka, from, [dead('4', gone), dead('5', gone), dead('6', good), dead('7', gone), dead('8', good)] as never);
    expect(await again()).to.include({ replayed: 6, unroutable: 3 });
    expect(await again()).to.include({ replayed: 0, unroutable: 3, filtered: 0, alreadyReplayed: 0 });
    expect(await again({ to: topic, limit: 1 })).to.include({ replayed: 1 });
    expect(await again({ to: topic })).to.include({ replayed: 2, unroutable: 0 });
    expect(await again({ to: topic })).to.include({ replayed: 0, unroutable: 0 });
    expect(await sent()).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('send single records once, and say which of them are gone', async () => {
    await fill(alternating(8));
    expect(await again({ filter: { records: ['0/1', `${from}/1/3`] } })).to.include({ replayed: 2, filtered: 0 });
    expect(await again({ filter: { records: ['1/3', '0/1'] } })).to.include({ replayed: 0, alreadyReplayed: 2 });
    expect(await again({ filter: { records: ['0/1', '0/2'] } })).to.include({ replayed: 1, alreadyReplayed: 1 });
    expect(await again()).to.include({ replayed: 5, alreadyReplayed: 3 });
    expect(await sent()).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('pass over gaps that an aborted transaction left, and say which named record is gone', async () => {
    await fill([{ trace: 0, error: 0, partition: 0 }]);
    const producer = await kafka.producer({
      transactionalId: kafka.groupId(),
      maxInFlightRequests: 1,
      idempotent: true,
      retry: { retries: 5 },
    });
    const transaction = await producer.transaction();
    await transaction.send({
      topic: from,
      messages: [{ partition: 0, key: 'k', value: '1', headers: headersOf({ trace: 0, error: 0, partition: 0 }) }],
    });
    await transaction.abort();
    // Offset 1 is the aborted one. A broker may write the marker behind what comes next.
    await fill([{ trace: 1, error: 0, partition: 0 }], 3);
    let found = await again({ dryRun: true });
    // Until the marker is written, which the answer to the abort does not wait for, what follows cannot be read.
    while (found.records.length < 2) found = await again({ dryRun: true });
    const last = found.records.at(-1)?.offset;
    expect(await again({ filter: { trace: traces[0] ?? '' } })).to.include({ replayed: 1, filtered: 1, ended: 'at the end' });
    const named = await again({ filter: { records: ['0/1', `0/${last}`] } });
    expect(named).to.include({ replayed: 1 });
    expect(named.notes).to.include(`There is no record 0/1 in "${from}" any more`);
    expect(await again()).to.include({ replayed: 0, alreadyReplayed: 2, ended: 'at the end' });
    expect(await sent()).to.deep.equal([0, 3]);
  });

  it('take away what retention has removed, also below what could not be sent', async () => {
    await fill(alternating(8));
    const filter = { error: 'StockError' };
    expect(await again({ filter, to: topic, limit: 1 })).to.include({ replayed: 1 });
    await topics.removeBefore(from, 3);
    expect(await again({ filter })).to.include({ replayed: 1, ended: 'at the end' });
    expect(await sent()).to.deep.equal([0, 6]);
  });

  it('start over with a topic that was created again, whatever was committed for the earlier one', async () => {
    await fill(alternating(6));
    const filter = { error: 'StockError' };
    expect(await again({ filter })).to.include({ replayed: 3 });
    expect(await again()).to.include({ replayed: 3 });
    await topics.recreate(from, 2);
    await fill(alternating(12), 6);
    expect(await again({ filter })).to.include({ replayed: 6, alreadyReplayed: 0 });
    expect(await again()).to.include({ replayed: 6, alreadyReplayed: 6 });
    expect(await sent()).to.deep.equal(Array.from({ length: 18 }, (_, index) => index));
  });

  it('send in any order, and interrupted anywhere, exactly what their filters select, each record once', async function () {
    this.timeout(180_000);
    const filters = fc.record(
      {
        trace: fc.constantFrom(...traces),
        error: fc.constantFrom('stock', 'Error', 'timeout'),
        records: fc.subarray(['0/0', '0/2', '1/0', '1/1'], { minLength: 1, maxLength: 2 }),
      },
      { requiredKeys: [] },
    );
    const dead = fc.record({ trace: fc.nat(2), error: fc.nat(1), partition: fc.nat(1) });
    const runs = fc.array(fc.record({ filter: filters, limit: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }) }), {
      minLength: 2,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(dead, { minLength: 6, maxLength: 14 }), runs, async (records, asked) => {
        [topic, from] = [await kafka.createTopic(), await kafka.createTopic(2)];
        // Places that the filters name.
        const all = [...[0, 0, 0, 1, 1].map((partition, index) => ({ trace: index % 3, error: index % 2, partition })), ...records];
        await fill(all);
        const run = ({ filter, limit }: (typeof asked)[number]): Promise<ReplayReport> =>
          again({ filter, ...(limit !== undefined && { limit }) });
        for (const each of asked) await run(each);
        // Each is finished, after all the others have begun.
        for (const { filter } of asked) await run({ filter, limit: undefined });
        for (const { filter } of asked) expect(await run({ filter, limit: undefined })).to.include({ replayed: 0 });
        const next = [0, 0];
        const expected = all.flatMap((one, index) => {
          const offset = String(next[one.partition]!++);
          const message = { key: null, value: null, timestamp: '0', attributes: 0, offset, headers: headersOf(one) };
          const record = readDeadLetterRecord(from, one.partition, message);
          return asked.some(({ filter }) => checkFilter(filter, from, 0).selects(record)) ? [index] : [];
        });
        expect(await sent()).to.deep.equal(expected);
      }),
      { numRuns: 4 },
    );
  });
});
