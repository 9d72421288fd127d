import { expect } from 'chai';

/** The page's own: a browser loads it as it stands there. */
interface TimeRanges {
  readonly timeRangeOf: (shown: URLSearchParams) => string;
  readonly timesOf: (shown: URLSearchParams, nowMs: number) => object;
}
const page = String(new URL('../../page/model/list/time-range.js', import.meta.url));
const { timeRangeOf, timesOf } = (await import(page)) as TimeRanges;

const now = Date.UTC(2026, 10, 24, 12);

describe('the time of a list', () => {
  for (const [query, range, times] of [
    ['', '', {}],
    ['time=last-5-minutes', 'last-5-minutes', { sinceUs: String((now - 300_000) * 1_000) }],
    ['since=2026-11-24T12:00:00.000Z', 'custom', { sinceUs: String(now * 1_000) }],
    ['time=last-year', '', {}],
    // What every object has is no time.
    ['time=toString', '', {}],
  ] as const) {
    it(`is ${range === '' ? 'any' : range} for an address with "${query}"`, () => {
      const shown = new URLSearchParams(query);
      expect([timeRangeOf(shown), timesOf(shown, now)]).to.deep.equal([range, times]);
    });
  }
});
