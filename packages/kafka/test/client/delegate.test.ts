import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { unpatched } from '../../src/client/delegate.ts';
import type { ContribReport } from '../programs/contrib-instrumented.ts';
import { useKafka } from '../support/broker/kafka.ts';

describe('a client that OpenTelemetry’s own kafkajs instrumentation has patched', () => {
  const kafka = useKafka();

  it('makes one set of spans per message, ours, and logs one warning (7.12–7.15)', async () => {
    const task = { brokers: kafka.brokers(), topic: await kafka.createTopic(), groupId: kafka.groupId() };
    const program = fileURLToPath(new URL('../programs/contrib-instrumented.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@tracelink/source', program, JSON.stringify(task)]);
    const { bare, wrapped, warnings } = JSON.parse(stdout) as ContribReport;
    // The instrumentation is active: without our wrapper it makes the span.
    expect(bare).to.deep.equal(['@opentelemetry/instrumentation-kafkajs: send T']);
    expect(wrapped).to.deep.equal([
      '@tracelink/kafka: commit_transaction',
      ...Array<string>(4).fill('@tracelink/kafka: process T'),
      ...Array<string>(3).fill('@tracelink/kafka: send T'),
    ]);
    const ours = warnings.filter((text) => text.includes('@opentelemetry/instrumentation-kafkajs'));
    expect(ours, warnings.join('\n')).to.have.lengthOf(1);
    expect(ours[0]).to.contain('OTEL_NODE_DISABLED_INSTRUMENTATIONS=kafkajs');
  });
});

describe('unpatched', () => {
  it('keeps functions that only resemble a patch (7.12)', () => {
    const original = (): string => 'original';
    for (const marks of [
      {},
      { __wrapped: true },
      { __original: original },
      { __wrapped: 'yes', __original: original },
      { __wrapped: true, __original: 1 },
    ]) {
      expect(unpatched({ send: Object.assign(() => 'own', marks) }, 'send')()).to.equal('own');
    }
  });

  it('returns a value that is no function as it is', () => {
    expect(unpatched({ send: 7 }, 'send')).to.equal(7);
  });
});
