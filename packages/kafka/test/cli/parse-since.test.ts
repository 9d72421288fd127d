import { expect } from 'chai';
import { parseTime } from '../../src/cli/record-filter.ts';

describe('the option --since', () => {
  const now = Date.UTC(2026, 10, 29, 12);

  it('takes an ISO time, in UTC when it has no zone', () => {
    for (const [text, iso] of [
      ['2026-11-29', '2026-11-29T00:00:00.000Z'],
      ['2026-11-29T08:00', '2026-11-29T08:00:00.000Z'],
      ['2026-11-29 08:00:01.5Z', '2026-11-29T08:00:01.500Z'],
      ['2026-11-29T08:00+02:00', '2026-11-29T06:00:00.000Z'],
    ] as const)
      expect(new Date(parseTime('--since', text, now)).toISOString()).to.equal(iso);
  });

  it('takes a duration before now', () => {
    for (const [text, ago] of [
      ['90s', 90_000],
      ['30m', 1_800_000],
      ['2h', 7_200_000],
      ['7d', 604_800_000],
    ] as const)
      expect(now - parseTime('--since', text, now)).to.equal(ago);
  });

  it('rejects every other text', () => {
    for (const text of ['', '2', 'h', '2w', '-1h', '1.5h', 'yesterday', '2026-13-01', '2026-11-29T25:00', '1764374400000'])
      expect(() => parseTime('--since', text, now), text).to.throw('--since takes a time');
  });
});
