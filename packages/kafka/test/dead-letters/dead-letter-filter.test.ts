import { expect } from 'chai';
import fc from 'fast-check';
import { checkFilter, type DeadLetterFilter } from '../../src/dead-letters/dead-letter-filter.ts';
import { readDeadLetterRecord, type DeadLetterRecord } from '../../src/dead-letters/dead-letter-record.ts';
import { DeliveryHeader } from '../../src/subscribe/headers/delivery-headers.ts';

const from = 'orders.dead-letter';
const now = Date.UTC(2026, 10, 29, 12);
const [trace, first] = ['a'.repeat(32), 'b'.repeat(32)];

describe('a filter of dead-letter records', () => {
  const record: DeadLetterRecord = readDeadLetterRecord(from, 2, {
    offset: '7',
    key: Buffer.from([0, 7]),
    value: Buffer.from('v'),
    timestamp: String(now - 60_000),
    attributes: 0,
    headers: {
      [DeliveryHeader.ORIGINAL_TOPIC]: 'orders',
      [DeliveryHeader.ORIGINAL_PARTITION]: '1',
      [DeliveryHeader.ORIGINAL_OFFSET]: '30',
      [DeliveryHeader.ERROR_CLASS]: 'StockError',
      [DeliveryHeader.ERROR_MESSAGE]: 'No Shelf left',
      [DeliveryHeader.FAILED_ATTEMPT]: `00-${trace}-${'c'.repeat(16)}-01`,
      'tracelink-origin': `00-${first}-${'d'.repeat(16)}-01`,
    },
  });
  const selects = (filter: DeadLetterFilter): boolean => checkFilter(filter, from, now).selects(record);

  for (const [field, yes, no] of [
    ['trace', [trace, first, trace.toUpperCase()], ['c'.repeat(32), 'c'.repeat(16)]],
    ['origin', ['orders', 'orders/1', 'orders/01/030'], ['order', 'orders/2', 'orders/1/3']],
    ['since', ['2m', '60s', now - 60_000, '2026-11-29T11:59', '2026-11-29'], ['59s', now, '2026-11-29T11:59:00.001Z']],
    ['until', ['59s', now], ['1m', now - 60_000]],
    ['error', ['no shelf', 'stock', 'StockError'], ['shelves']],
    ['errorClass', ['StockError'], ['Stock', 'stockerror']],
    ['key', ['base64:AAc='], ['base64:AAcA', '7']],
    ['records', [['2/7'], ['0/1', `${from}/2/7`]], [['2/8'], ['7/2']]],
  ] as const)
    it(`selects by its field ${field}`, () => {
      for (const value of yes) expect(selects({ [field]: value }), String(value)).to.equal(true);
      for (const value of no) expect(selects({ [field]: value }), String(value)).to.equal(false);
      expect(selects({ [field]: yes[0], key: 'other' })).to.equal(false);
    });

  it('takes ISO times, in UTC without a zone, and durations before now', () => {
    for (const [text, iso] of [
      ['2026-11-29', '2026-11-29T00:00:00.000Z'],
      ['2026-11-29T08:00', '2026-11-29T08:00:00.000Z'],
      ['2026-11-29 08:00:01.5Z', '2026-11-29T08:00:01.500Z'],
      ['2026-11-29T08:00+02:00', '2026-11-29T06:00:00.000Z'],
      ['90s', '2026-11-29T11:58:30.000Z'],
      ['30m', '2026-11-29T11:30:00.000Z'],
      ['2h', '2026-11-29T10:00:00.000Z'],
      ['7d', '2026-11-22T12:00:00.000Z'],
    ] as const)
      expect(new Date(checkFilter({ since: text }, from, now).data.since ?? 0).toISOString()).to.equal(iso);
  });

  it('says what to write instead of a value that it does not take', () => {
    for (const text of [
      '',
      '2',
      'h',
      '2w',
      '-1h',
      '1.5h',
      'yesterday',
      '2026-13-01',
      '2026-02-30',
      '2026-11-31T08:00+01:00',
      '2026-11-29T25:00',
      '1764374400000',
      null,
      Number.NaN,
    ])
      expect(() => selects({ since: text as never }), String(text)).to.throw(
        'The filter\'s "since" must be a time such as 2026-11-29T08:00Z',
      );
    for (const [filter, message] of [
      [{ trace: '00-abc' }, /"trace" must be a trace id of 32 hexadecimal digits, or of 16 as B3 has them, not "00-abc"/],
      [{ trace: '0'.repeat(32) }, /"trace" must be a trace id/],
      [{ origin: 'orders/x' }, /"origin" must be where records came from: orders, orders\/0 or orders\/0\/7/],
      [{ origin: 7 }, /"origin" must be/],
      [{ records: [] }, /"records" must be records by their place/],
      [{ records: ['7'] }, /"records" must be records by their place/],
      [{ records: ['other/0/7'] }, /names a record of "other", and "orders.dead-letter" is read: one topic at a time/],
      [{ error: '' }, /"error" must be a text that is not empty/],
      [{ traceId: trace }, /no field "traceId": it has trace, origin, since, until, error, errorClass, key, records/],
      [{ error: 'x'.repeat(2_000) }, /has 2012 bytes as JSON, and may have 2000: name fewer records, or a shorter text/],
      [{ since: '1h', until: '2h' }, /time ends before it begins: "until" must be later than "since"/],
      [{ since: now, until: now }, /time ends before it begins/],
    ] as const)
      expect(() => checkFilter(filter as DeadLetterFilter, from, now))
        .to.throw(message)
        .with.property('code', 'invalid_option');
  });

  it('is the same, however it is written, and after JSON', () => {
    const one = checkFilter(
      { until: undefined, since: '1h', records: ['2/7', `${from}/1/5`, '1/05'], trace: trace.toUpperCase() } as never,
      from,
      now,
    );
    const other = checkFilter({ trace, records: ['1/5', '2/7'], since: now - 3_600_000 }, from, 0);
    expect(JSON.stringify(one.data)).to.equal(JSON.stringify(other.data));
    expect(one.places).to.deep.equal([
      { partition: 1, offset: '5' },
      { partition: 2, offset: '7' },
    ]);
    const fields = fc.record(
      {
        trace: fc.constantFrom(trace, first, 'c'.repeat(16)),
        origin: fc.constantFrom('orders', 'orders/1', 'orders/1/30', 'others'),
        since: fc.constantFrom<number | string>('1h', '10s', now),
        error: fc.constantFrom('shelf', 'x'),
        records: fc.subarray(['2/7', '2/8', '0/0'], { minLength: 1 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fields, (filter) => {
        const checked = checkFilter(filter, from, now);
        const again = checkFilter(JSON.parse(JSON.stringify(checked.data)) as DeadLetterFilter, from, 0);
        expect(again.data).to.deep.equal(checked.data);
        expect(again.selects(record)).to.equal(checked.selects(record));
      }),
    );
  });
});
