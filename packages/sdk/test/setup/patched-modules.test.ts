import { OtlpReceiver } from '@tracelink/testing';
import { expect } from 'chai';
import { runProgram } from '../support/program.ts';

describe('modules that a program loads before it starts tracing', () => {
  let receiver: OtlpReceiver;
  let env: Record<string, string>;
  beforeEach(async () => {
    receiver = await OtlpReceiver.start();
    env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
  });
  afterEach(() => receiver.stop());

  it('are named in one warning, which says what helps', async () => {
    const { stderr } = await runProgram('early.ts', env);
    expect(stderr.match(/TRACELINK_LOADED_EARLY/g), stderr).to.have.lengthOf(1);
    expect(stderr).to.include('pg, pg-pool, pino were loaded before tracing started').and.include('--import @tracelink/sdk/register');
    expect(stderr).to.not.match(/\bhttp\b.* loaded before/);
  });

  it('are named where there is one alone', async () => {
    const { stderr } = await runProgram('end.ts', env, ['pino', '@tracelink/sdk/register']);
    expect(stderr).to.include('pino was loaded before tracing started, so what the program does with it is not traced');
  });

  it('are traced all the same where they are Node’s own', async () => {
    await runProgram('early.ts', env);
    expect(receiver.spans.map(({ kind, name }) => `${kind} ${name}`)).to.have.members(['client GET', 'server GET /orders/:id']);
  });

  it('are none where tracing is imported first', async () => {
    const { stderr } = await runProgram('serve-once.ts', env, ['@tracelink/sdk/register']);
    expect(stderr).to.equal('');
  });

  it('are traced where import-in-the-middle knows only hooks in a thread of their own', async () => {
    const hooks = './packages/sdk/test/programs/hooks-in-a-thread.ts';
    const { code, stderr } = await runProgram('query.ts', env, [hooks, '@tracelink/sdk/register']);
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(receiver.spans.map(({ name }) => name)).to.include('pg.connect');
  });

  for (const starts of ['once', 'twice'])
    for (const [where, hooks] of [
      ['', []],
      [', with hooks in a thread of their own', ['./packages/sdk/test/programs/hooks-in-a-thread.ts']],
    ] as const)
      it(`are seen by an instrumentation of the program’s own where tracing starts ${starts}${where}`, async () => {
        const own = './packages/sdk/test/programs/own-instrumentation.ts';
        const { code, stderr } = await runProgram('serve-once.ts', { ...env, FRAMEWORK: 'express', STARTS: starts }, [...hooks, own]);
        expect([code, stderr]).to.deep.equal([0, '']);
        expect(receiver.spans.map(({ name }) => name)).to.include('express listens');
      });
});
