import { expect } from 'chai';
import fc from 'fast-check';
import { parseB3Single, readB3Single } from '../../src/formats/b3.ts';
import { isId, isIdInBytes, isTextInBytes, spanIdInBytes, traceIdInBytes } from '../../src/formats/ids.ts';
import { flagsOfTraceparent, parseTraceparent, readTraceparent } from '../../src/formats/w3c.ts';
import { damaged, hexId, spanContext, spanId, traceId } from '../trace-context.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('ids in bytes', () => {
  it('are valid where their text is', () => {
    fc.assert(
      fc.property(fc.oneof(damaged(hexId(16)), fc.string()), (text) => {
        const bytes = latin1(text);
        expect(isIdInBytes(bytes, 0, bytes.length)).to.equal(isId(bytes.toString('latin1'), 0, bytes.length));
      }),
      { numRuns: 1_000 },
    );
  });

  it('are decoded digit by digit, wherever they stand', () => {
    fc.assert(
      fc.property(traceId, spanId, fc.nat({ max: 9 }), (trace, span, at) => {
        const bytes = latin1(`${'x'.repeat(at)}${trace}${span}`);
        expect([traceIdInBytes(bytes, at), spanIdInBytes(bytes, at + 32)]).to.deep.equal([trace, span]);
        expect(isTextInBytes(bytes, at, trace)).to.equal(true);
        expect(isTextInBytes(bytes, at, span + span)).to.equal(trace === span + span);
      }),
    );
  });
});

describe('headers read from bytes', () => {
  const written = spanContext.chain((context) =>
    fc.constantFrom(
      `${context.traceId}-${context.spanId}-${context.traceFlags & 1}`,
      `${context.traceId}-${context.spanId}-d`,
      `${context.traceId}-${context.spanId}`,
      `00-${context.traceId}-${context.spanId}-0${context.traceFlags}`,
    ),
  );

  it('say nothing, or what their text says', () => {
    fc.assert(
      fc.property(fc.oneof(written, damaged(written), fc.string()), (text) => {
        const bytes = latin1(text);
        const [b3, w3c] = [readB3Single(bytes), readTraceparent(bytes)];
        const sampling = b3?.traceFlags === 0 ? 'deny' : 'inherit';
        if (b3 !== undefined) expect({ context: b3, sampling, debug: false }).to.deep.equal(parseB3Single(bytes.toString('latin1')));
        const context = parseTraceparent(bytes.toString('latin1'));
        if (w3c !== undefined) expect(w3c).to.deep.equal(context);
        if (context !== undefined && text.startsWith('00')) expect(flagsOfTraceparent(bytes)).to.equal(context.traceFlags);
      }),
      { numRuns: 2_000 },
    );
  });

  it('say all that nearly every tracer writes', () => {
    fc.assert(
      fc.property(spanContext, ({ traceId: trace, spanId: span, traceFlags }) => {
        const id = { traceId: trace, spanId: span, isRemote: true };
        expect(readB3Single(latin1(`${trace}-${span}-1`))).to.deep.equal({ ...id, traceFlags: 1 });
        expect(readTraceparent(latin1(`00-${trace}-${span}-0${traceFlags}`))).to.deep.equal({ ...id, traceFlags });
      }),
    );
  });
});
