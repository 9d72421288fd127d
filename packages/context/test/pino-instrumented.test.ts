import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';

describe('traceFields beside OpenTelemetry’s instrumentation of pino', () => {
  it('writes no field twice, and the same values', async () => {
    const program = new URL('programs/pino-instrumented.ts', import.meta.url).pathname;
    const { stdout } = await promisify(execFile)(process.execPath, ['-C', '@tracelink/source', program]);
    // pino writes when it likes.
    const line = (part: string): string => stdout.split('\n').find((text) => text.includes(part)) ?? '{}';
    const [alone, mixed, ids] = [line('alone'), line('with the mixin'), line('traceId')];
    const { traceId, spanId } = JSON.parse(ids) as { traceId: string; spanId: string };
    const fields = { trace_id: traceId, span_id: spanId, trace_flags: '01' };
    expect(JSON.parse(alone), 'the instrumentation is at work').to.include(fields);
    expect(JSON.parse(mixed)).to.include({ ...fields, msg: 'with the mixin' });
    for (const name of Object.keys(fields)) expect(mixed.split(`"${name}"`), name).to.have.length(2);
  });
});
