import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { formatNames, formats } from '../../src/formats/formats.ts';
import { TraceHeaders } from '../../src/headers/trace-headers.ts';
import type { HeaderEntry } from '../../src/headers/write-headers.ts';
import { spanContext } from '../trace-context.ts';

const settings = { b3multiNames: 'specification' } as const;

describe('the table of formats', () => {
  for (const name of formatNames) {
    const format = formats[name];
    if (format.carries === 'foreign') {
      it(`holds ${name}, which reads no context and writes none of its own`, () => {
        fc.assert(
          fc.property(spanContext, (span) => {
            const entries: HeaderEntry[] = [];
            format.inject(entries, span, 'flag', settings);
            expect(entries).to.deep.equal([]);
            expect(format.extract(new TraceHeaders({ [name]: '1-------' }))).to.equal(undefined);
          }),
        );
      });
      continue;
    }
    it(`holds ${name}, which reads back the ids that it writes, from its own headers only`, () => {
      const fields = new Set(format.fields.map((field) => field.name));
      fc.assert(
        fc.property(spanContext, (span) => {
          const entries: HeaderEntry[] = [];
          format.inject(entries, span, 'flag', settings);
          expect(entries.filter(([header]) => !fields.has(header.toLowerCase()))).to.deep.equal([]);
          const read = format.extract(new TraceHeaders(entries));
          expect(read?.context).to.include({ traceId: span.traceId, spanId: span.spanId, isRemote: true });
          expect((read?.context?.traceFlags ?? 0) & 1).to.equal(span.traceFlags & 1);
        }),
      );
    });
  }

  it('names a format, beside the format’s own file, and no other source file does', () => {
    const folder = join(import.meta.dirname, '../../src');
    const names = /jaeger|uber|sw8|skywalking|cloudevents|ce_|datadog|instana|sentry/i;
    const naming = globSync('**/*.ts', { cwd: folder }).filter((file) => names.test(readFileSync(join(folder, file), 'utf8')));
    // What Sentry puts into `baggage` is the baggage's to tell; which headers a vendor has, the vendors'.
    expect(naming.map((file) => file.replaceAll('\\', '/'))).to.have.members([
      'formats/baggage.ts',
      'formats/cloudevents.ts',
      'formats/datadog.ts',
      'formats/formats.ts',
      'formats/instana.ts',
      'formats/jaeger.ts',
      'formats/sentry.ts',
      'formats/sw8.ts',
      'vendors/vendor-headers.ts',
    ]);
  });
});
