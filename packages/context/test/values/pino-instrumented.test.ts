import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';

describe('traceFields beside OpenTelemetry’s instrumentation of pino', () => {
  let lines: readonly string[];

  before(async () => {
    const program = new URL('../programs/pino-instrumented.ts', import.meta.url).pathname;
    const { stdout } = await promisify(execFile)(process.execPath, ['-C', '@tracelink/source', program]);
    lines = stdout.split('\n');
  });

  for (const where of ['handler', 'task', 'item']) {
    it(`writes no field twice, and the same values, in ${where === 'item' ? 'an item of a loop' : `a ${where}`} after an await`, () => {
      // pino writes when it likes.
      const line = (part: string): string => lines.find((text) => text.includes(part)) ?? '{}';
      const { traceId, spanId } = JSON.parse(line(`"where":"${where}"`)) as { traceId: string; spanId: string };
      const fields = { trace_id: traceId, span_id: spanId, trace_flags: '01' };
      expect(JSON.parse(line(`alone ${where}`)), 'the instrumentation runs').to.include(fields);
      const mixed = line(`mixed ${where}`);
      expect(JSON.parse(mixed)).to.include({ ...fields, msg: `mixed ${where}` });
      for (const name of Object.keys(fields)) expect(mixed.split(`"${name}"`), name).to.have.length(2);
    });
  }

  it('is tested in three spans, each with its own ids', () => {
    const ids = lines.filter((text) => text.includes('"where"')).map((text) => (JSON.parse(text) as { spanId: string }).spanId);
    expect(new Set(ids)).to.have.property('size', 3);
  });
});
