import { expect } from 'chai';
import type { FlowSeries } from '../end-to-end/end-to-end.ts';
import { verdicts } from '../goals.ts';
import type { Library, Mode } from '../measure/scenario.ts';
import type { StubSeries } from '../stub/stub-rounds.ts';

describe('verdicts', () => {
  it('holds the added cost against contrib’s, and unsampled against sampled', () => {
    const stub = [
      added('ours', 'sampled', [60, 70, 900]),
      added('contrib', 'sampled', [100, 100, 100]),
      added('ours', 'unsampled', [36, 36, 36]),
    ];
    const [overContrib, unsampled, ...more] = verdicts(stub, []);
    expect(overContrib).to.include({ library: 'ours', limit: 0.7, actual: 0.7, met: true });
    expect(unsampled).to.include({ library: 'ours', limit: 0.5, met: false });
    expect(more).to.deep.equal([]);
  });

  it('wants at least the goal’s share of the bare throughput, in batches of 100 only', () => {
    const found = verdicts([], [throughput('produce', 0.98), throughput('consume-100', 0.96), throughput('consume', 0.5)]);
    expect(found.map(({ actual, met }) => [actual, met])).to.deep.equal([
      [0.98, true],
      [0.96, false],
    ]);
  });

  it('says nothing of what was not measured', () => {
    expect(verdicts([], [])).to.deep.equal([]);
  });
});

function added(library: Library, mode: Mode, values: readonly number[]): StubSeries {
  return { name: 'send-1', mode, library, cost: values, added: values, spansPerCall: 1 };
}

function throughput(flow: FlowSeries['flow'], ratio: number): FlowSeries {
  return { flow, library: 'ours', messagesPerSecond: [1000], ratio: [ratio], cpu: [1], batchSize: 100 };
}
