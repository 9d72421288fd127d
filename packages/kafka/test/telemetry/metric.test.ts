import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { Metric } from '../../src/telemetry/metric.ts';

describe('the metrics', () => {
  it('match the table in the documentation, with their units', () => {
    const page = readFileSync(new URL('../../../../docs/telemetry.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `((?:messaging|tracelink)\.[a-z_.]+)` +\| [a-z-]+(?: counter)?, (\S+) +\|/gm)];
    expect(rows.map(([, name, unit]) => [name, unit])).to.have.deep.members(Object.values(Metric).map(({ name, unit }) => [name, unit]));
  });

  it('have ascending buckets, in seconds', () => {
    const histograms = Object.values(Metric).filter(({ advice }) => advice !== undefined);
    expect(histograms).to.have.length(6);
    for (const { name, advice } of histograms as { name: string; advice: { explicitBucketBoundaries: number[] } }[])
      expect(advice.explicitBucketBoundaries, name).to.deep.equal([...new Set(advice.explicitBucketBoundaries)].sort((a, b) => a - b));
  });
});
