import { expect } from 'chai';
import { runChild } from '../measure/run-child.ts';
import type { CaseName, Library, Mode } from '../measure/scenario.ts';
import type { StubAnswer, StubTask } from '../stub/stub-child.ts';

// What is timed must be what the tables say it is: these are the spans that each library makes.
const expectations: readonly (readonly [CaseName, Library, Mode, number])[] = [
  ['send-100', 'bare', 'sampled', 0],
  ['send-100', 'ours', 'sampled', 1],
  ['send-100-headers', 'ours-global', 'sampled', 1],
  ['send-100', 'contrib', 'sampled', 100],
  ['send-100', 'ours', 'unsampled', 0],
  ['send-100', 'contrib', 'none', 0],
  ['each-message', 'ours', 'metrics', 1],
  ['each-batch-100', 'ours', 'sampled', 1],
  ['each-batch-100', 'contrib', 'sampled', 101],
  ['for-each-100', 'ours', 'sampled', 101],
];

const SENT = ['messaging.client.operation.duration', 'messaging.client.sent.messages'];
const PROCESSED = ['messaging.client.consumed.messages', 'messaging.process.duration'];
const measurements: readonly (readonly [CaseName, Library, readonly string[]])[] = [
  ['send-1', 'ours-global', SENT],
  ['send-1', 'contrib', SENT],
  ['send-100', 'contrib', SENT],
  ['each-message', 'ours-global', PROCESSED],
  ['each-message', 'contrib', PROCESSED],
  ['each-batch-100', 'ours-global', PROCESSED],
  ['each-batch-100', 'contrib', PROCESSED],
];

async function measured(name: CaseName, library: Library, mode: Mode): Promise<StubAnswer> {
  const task: StubTask = { name, library, mode, effort: { warmUp: 1, sample: 1, samples: 1 } };
  return runChild<StubAnswer>('stub/stub-child.ts', task, ['--conditions=@tracelink/source']);
}

describe('a measured call', () => {
  for (const [name, library, mode, spans] of expectations) {
    it(`makes ${spans} spans: ${name}, ${library}, ${mode}`, async () => {
      const answer = await measured(name, library, mode);
      expect(answer.spansPerCall).to.equal(spans);
      expect(answer.nanoseconds).to.be.greaterThan(0);
    });
  }
  for (const [name, library, metrics] of measurements) {
    it(`records what the conventions name, with a meter provider: ${name}, ${library}`, async () => {
      const answer = await measured(name, library, 'metrics');
      expect(answer.metrics.toSorted()).to.deep.equal(metrics);
    });
  }

  it('records nothing without a meter provider', async () => {
    expect((await measured('send-1', 'ours', 'sampled')).metrics).to.deep.equal([]);
  });
});
