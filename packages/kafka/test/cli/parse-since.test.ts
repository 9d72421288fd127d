import { expect } from 'chai';
import { parseSince } from '../../src/cli/parse-arguments.ts';

describe('the time that --since says', () => {
  const now = Date.UTC(2026, 10, 29, 12);

  it('is an ISO time, in UTC where it has no zone', () => {
    for (const [text, iso] of [
      ['2026-11-29', '2026-11-29T00:00:00.000Z'],
      ['2026-11-29T08:00', '2026-11-29T08:00:00.000Z'],
      ['2026-11-29 08:00:01.5Z', '2026-11-29T08:00:01.500Z'],
      ['2026-11-29T08:00+02:00', '2026-11-29T06:00:00.000Z'],
    ] as const)
      expect(new Date(parseSince(text, now)).toISOString()).to.equal(iso);
  });

  it('is a duration before now', () => {
    for (const [text, ago] of [
      ['90s', 90_000],
      ['30m', 1_800_000],
      ['2h', 7_200_000],
      ['7d', 604_800_000],
    ] as const)
      expect(now - parseSince(text, now)).to.equal(ago);
  });

  it('is refused where it is something else', () => {
    for (const text of ['', '2', 'h', '2w', '-1h', '1.5h', 'yesterday', '2026-13-01', '2026-11-29T25:00', '1764374400000'])
      expect(() => parseSince(text, now), text).to.throw('--since takes a time');
  });
});
