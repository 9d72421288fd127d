import { OtlpReceiver } from '@tracelink/testing';
import { expect } from 'chai';
import { join } from 'node:path';
import { runProgram } from '../support/program.ts';

const ownSdk = join(import.meta.dirname, '../programs/own-sdk.ts');

describe('@tracelink/sdk/register beside an SDK that is registered', () => {
  let receiver: OtlpReceiver;
  let env: Record<string, string>;
  beforeEach(async () => {
    receiver = await OtlpReceiver.start();
    env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
  });
  afterEach(() => receiver.stop());

  for (const [way, program] of [
    ['shut down', 'shut-down.ts'],
    ['disposed', 'disposed.ts'],
  ] as const)
    it(`starts none, says so once, and delivers what that one holds back when it is ${way}`, async () => {
      const { code, stderr } = await runProgram(program, env, [ownSdk, '@tracelink/sdk/register']);
      expect(code, stderr).to.equal(0);
      expect(receiver.spans.map(({ name, serviceName }) => [name, serviceName])).to.deep.equal([['last words', 'own']]);
      expect(stderr.match(/TRACELINK_ALREADY_STARTED/g), stderr).to.have.lengthOf(1);
      expect(stderr).to.include('@tracelink/sdk starts none beside it').and.include('--import @tracelink/kafka/register');
    });

  it('says with which version of the API that was where its own sees nothing of it', async () => {
    const { code, stderr } = await runProgram('end.ts', env, ['./packages/sdk/test/programs/older-api.ts', '@tracelink/sdk/register']);
    expect(code, stderr).to.equal(0);
    expect(stderr.match(/TRACELINK_ALREADY_STARTED/g), stderr).to.have.lengthOf(1);
    expect(stderr).to.match(/registered in this process with version 1\.9\.1 of @opentelemetry\/api/);
  });
});
