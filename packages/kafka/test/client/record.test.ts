import { inspect } from 'node:util';
import { expect } from 'chai';
import type { IHeaders } from 'kafkajs';
import { recordTimestamp, storedHeaders } from '../../src/client/record.ts';

describe('recordTimestamp', () => {
  it('returns milliseconds for a time that is text or a number', () => {
    expect(recordTimestamp('1700000000000')).to.equal(1_700_000_000_000);
    expect(recordTimestamp(1_700_000_000_000)).to.equal(1_700_000_000_000);
    expect(recordTimestamp('1')).to.equal(1);
  });

  for (const none of ['-1', -1, '0', 0, '', 'yesterday', undefined, null, Number.NaN, Infinity, '1e400', 1.5, 2n ** 60n, new Date(5), {}]) {
    it(`returns undefined for ${typeof none} ${inspect(none)}`, () => {
      expect(recordTimestamp(none)).to.equal(undefined);
    });
  }
});

describe('storedHeaders', () => {
  /** As kafkajs' decoder makes them. */
  const read = (...pairs: readonly [name: string, value: string | null][]): IHeaders =>
    pairs.reduce<IHeaders>((headers, [name, value]) => {
      const before = headers[name] as string | string[] | undefined;
      const values = Array.isArray(before) ? [...before, value as string] : [before as string, value as string];
      return { ...headers, [name]: before === undefined ? (value as string) : values };
    }, {});

  it('removes what an object inherits from the values of a header of that name', () => {
    const pairs = Object.getOwnPropertyNames(Object.prototype).map((name): [string, string] => [name, `of ${name}`]);
    expect(Object.entries(storedHeaders(read(...pairs, ['mine', 'x'])))).to.deep.equal([...pairs, ['mine', 'x']]);
  });

  it('keeps repeated values, and a missing one', () => {
    const headers = storedHeaders(read(['constructor', 'a'], ['constructor', 'b'], ['valueOf', null]));
    expect(headers).to.deep.equal({ constructor: ['a', 'b'], valueOf: null });
  });

  it('returns the same object when no header has such a name, or nothing was added', () => {
    const headers = { a: ['1', '2'], b: 'x' };
    expect(storedHeaders(headers)).to.equal(headers);
    const clean = { constructor: ['1', '2'], toString: 'x' } as unknown as IHeaders;
    expect(storedHeaders(clean)).to.deep.equal(clean);
  });
});
