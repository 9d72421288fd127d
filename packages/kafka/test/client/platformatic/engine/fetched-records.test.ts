import { expect } from 'chai';
import { fetchedRecords } from '../../../../src/client/platformatic/engine/fetched-records.ts';
import type { BatchRecord, RecordsBatch } from '../../../../src/client/platformatic/engine/shapes.ts';

const [appendTime, transactional, control] = [0b1000, 0b1_0000, 0b10_0000];

function batch(firstOffset: number, values: readonly string[], more: Partial<RecordsBatch> = {}): RecordsBatch {
  const records = values.map((value, offsetDelta): BatchRecord => ({
    offsetDelta,
    timestampDelta: BigInt(offsetDelta),
    key: null,
    value: Buffer.from(value),
    headers: [],
  }));
  return {
    firstOffset: BigInt(firstOffset),
    lastOffsetDelta: values.length - 1,
    attributes: 0,
    firstTimestamp: 100n,
    maxTimestamp: 200n,
    producerId: -1n,
    records,
    ...more,
  };
}

/** The control record that ends a transaction: its key has a version and a type, 0 for an abort. */
function marker(offset: number, producerId: bigint, type: 0 | 1): RecordsBatch {
  const end = { ...batch(offset, ['']).records[0], key: Buffer.from([0, 0, 0, type]) } as BatchRecord;
  return batch(offset, [''], { attributes: transactional | control, producerId, records: [end], maxTimestamp: 300n });
}

const fetched = (records: RecordsBatch[], from: bigint, abortedTransactions: { producerId: bigint; firstOffset: bigint }[] = []) =>
  fetchedRecords(from, { partitionIndex: 0, errorCode: 0, highWatermark: 50n, logStartOffset: 0n, abortedTransactions, records });

const valuesOf = (found: ReturnType<typeof fetched>) => found?.messages.map(({ offset, value }) => `${offset} ${String(value)}`);

describe('the records of a fetch of @platformatic/kafka', () => {
  it('are those from the offset that was asked for, though their batch begins before it', () => {
    const found = fetched([batch(0, ['a']), batch(1, ['b', 'c', 'd']), batch(4, ['e'])], 2n);
    expect(valuesOf(found)).to.deep.equal(['2 c', '3 d', '4 e']);
    expect(found).to.include({ fetchedOffset: 2n, lastOffset: 4n, highWatermark: 50n, maxTimestamp: 200 });
    expect(fetched([batch(0, ['a'])], 2n)).to.equal(undefined);
  });

  it('are not those of an aborted transaction, each of a producer’s in its own range, also when its end is not in the fetch', () => {
    const of = (producerId: bigint) => ({ producerId, attributes: transactional });
    const found = fetched(
      [
        batch(0, ['aborted'], of(7n)),
        marker(1, 7n, 0),
        batch(2, ['committed'], of(7n)),
        batch(3, ['of another'], of(8n)),
        marker(4, 7n, 1),
        batch(5, ['aborted, too'], of(7n)),
        batch(6, ['plain']),
        batch(7, ['aborted, still'], of(7n)),
      ],
      0n,
      [
        { producerId: 7n, firstOffset: 5n },
        { producerId: 7n, firstOffset: 0n },
      ],
    );
    expect(valuesOf(found)).to.deep.equal(['2 committed', '3 of another', '6 plain']);
    expect(found).to.include({ lastOffset: 7n, maxTimestamp: 300 });
  });

  it('may be none, of control records alone, which still move the position', () => {
    expect(fetched([marker(3, 7n, 1)], 3n)).to.deep.include({ messages: [], lastOffset: 3n });
  });

  it('have their own time, or the broker’s where the topic says so (B32)', () => {
    const times = (records: RecordsBatch[]) => fetched(records, 0n)?.messages.map(({ timestamp }) => timestamp);
    expect(times([batch(0, ['a', 'b'])])).to.deep.equal(['100', '101']);
    expect(times([batch(0, ['a', 'b'], { attributes: appendTime })])).to.deep.equal(['200', '200']);
  });

  it('have their headers by name as kafkajs has them: a repeated one as a list, one without a value as null', () => {
    const bytes = (text: string) => Buffer.from(text);
    const headers: BatchRecord['headers'] = [
      [bytes('a'), bytes('1')],
      [bytes('b'), null],
      [bytes('a'), bytes('2')],
      [bytes('a'), null],
      [bytes('__proto__'), bytes('p')],
      [bytes('constructor'), bytes('c')],
      [null, bytes('nameless')],
    ];
    const [record] = batch(0, ['v']).records as [BatchRecord];
    const found = fetched([batch(0, ['v'], { records: [{ ...record, headers }] })], 0n)?.messages[0]?.headers;
    expect(Object.entries(found ?? {})).to.deep.equal([
      ['a', [bytes('1'), bytes('2'), null]],
      ['b', null],
      ['__proto__', bytes('p')],
      ['constructor', bytes('c')],
      ['', bytes('nameless')],
    ]);
  });
});
