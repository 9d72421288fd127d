import { expect } from 'chai';
import { ciFaults, isClear } from '../ci.ts';
import type { FlowSeries } from '../end-to-end/end-to-end.ts';
import { verdicts, type Measured } from '../goals.ts';
import type { Library, Mode } from '../measure/scenario.ts';
import type { StubSeries } from '../stub/stub-rounds.ts';

const nothing: Measured = { stub: [], bytes: [], subscribe: [], figures: [], endToEnd: [] };

describe('verdicts', () => {
  it('holds the added cost against contrib’s of the same round', () => {
    const stub = [added('ours-global', 'sampled', [60, 140, 900]), added('contrib', 'sampled', [100, 200, 1000])];
    const [sampled, ...more] = verdicts({ ...nothing, stub });
    expect(sampled).to.deep.include({ sense: 'at most', limit: 0.6, actual: 0.7 });
    expect(sampled?.ratio).to.be.closeTo(0.7 / 0.6, 1e-9);
    expect(more).to.deep.equal([]);
  });

  it('wants at least the goal’s share of the bare throughput, in batches of 100 only', () => {
    const found = verdicts({
      ...nothing,
      endToEnd: [throughput('produce', 0.49), throughput('consume-100', 0.85), throughput('consume', 0.5)],
    });
    expect(found.map(({ actual, ratio }) => [actual, ratio])).to.deep.equal([
      [0.49, 2],
      [0.85, 1],
    ]);
  });

  it('says nothing of what was not measured', () => {
    expect(verdicts(nothing)).to.deep.equal([]);
  });
});

describe('ciFaults', () => {
  it('accepts a comparison up to twice its goal, and says what is above', () => {
    const faultsOf = (cost: number): readonly string[] =>
      ciFaults(verdicts({ ...nothing, stub: [added('ours-global', 'sampled', [cost]), added('contrib', 'sampled', [100])] }));
    expect(faultsOf(119)).to.deep.equal([]);
    expect(faultsOf(150)).to.deep.equal(['send of 1, sampled: added cost over contrib’s is 1.500, 2.5 times its goal of 0.6.']);
  });

  it('does not accept what could not be measured', () => {
    const stub = [added('ours-global', 'sampled', [NaN]), added('contrib', 'sampled', [NaN])];
    expect(ciFaults(verdicts({ ...nothing, stub }))).to.have.lengthOf(1);
  });

  it('leaves out figures that depend on the machine', () => {
    expect(ciFaults(verdicts({ ...nothing, figures: [{ name: 'import-kafka', values: [2_000] }] }))).to.deep.equal([]);
  });
});

describe('isClear', () => {
  it('wants two rounds that are far from the limit, five where one is not, and fifteen where their median is near it', () => {
    expect(isClear([0.9])).to.equal(false);
    expect(isClear([0.9, 1.6])).to.equal(true);
    expect(isClear([0.9, 1.7])).to.equal(false);
    expect(isClear([1.7, 0.9, 0.9, 0.9])).to.equal(false);
    expect(isClear([1.7, 0.9, 0.9, 0.9, 0.9])).to.equal(true);
    expect(isClear([1.7, 1.7, 1.9, 2.1, 2.1])).to.equal(false);
    expect(isClear(Array.from({ length: 15 }, () => 1.9))).to.equal(true);
    expect(isClear([2.4, 2.4, 2.4, 2.4, 2.4])).to.equal(true);
    expect(isClear([NaN, NaN])).to.equal(false);
  });
});

function added(library: Library, mode: Mode, values: readonly number[]): StubSeries {
  return { name: 'send-1', mode, library, cost: values, added: values, spansPerCall: 1 };
}

function throughput(flow: FlowSeries['flow'], ratio: number): FlowSeries {
  return { flow, library: 'ours-global', messagesPerSecond: [1000], ratio: [ratio], cpu: [1], batchSize: 100 };
}
