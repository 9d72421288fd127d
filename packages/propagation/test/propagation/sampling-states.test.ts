import { type Context, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Extraction, type Format, kafkaPropagation } from '../../src/index.ts';
import { spanId, traceId } from '../trace-context.ts';

type State = 'sampled' | 'denied' | 'undecided' | 'debug';

/** The states that a format can say, each with how it is written. */
const written: Readonly<Record<string, Partial<Record<State, (trace: string, span: string) => Record<string, string>>>>> = {
  w3c: {
    sampled: (trace, span) => ({ traceparent: `00-${trace}-${span}-01` }),
    denied: (trace, span) => ({ traceparent: `00-${trace}-${span}-00` }),
  },
  b3: {
    sampled: (trace, span) => ({ b3: `${trace}-${span}-1` }),
    denied: (trace, span) => ({ b3: `${trace}-${span}-0` }),
    undecided: (trace, span) => ({ b3: `${trace}-${span}` }),
    debug: (trace, span) => ({ b3: `${trace}-${span}-d` }),
  },
  b3multi: {
    sampled: (trace, span) => ({ 'X-B3-TraceId': trace, 'X-B3-SpanId': span, 'X-B3-Sampled': '1' }),
    denied: (trace, span) => ({ 'X-B3-TraceId': trace, 'X-B3-SpanId': span, 'X-B3-Sampled': '0' }),
    undecided: (trace, span) => ({ 'X-B3-TraceId': trace, 'X-B3-SpanId': span }),
    debug: (trace, span) => ({ 'X-B3-TraceId': trace, 'X-B3-SpanId': span, 'X-B3-Flags': '1' }),
  },
  jaeger: {
    sampled: (trace, span) => ({ 'uber-trace-id': `${trace}:${span}:0:1` }),
    denied: (trace, span) => ({ 'uber-trace-id': `${trace}:${span}:0:0` }),
    debug: (trace, span) => ({ 'uber-trace-id': `${trace}:${span}:0:3` }),
  },
  datadog: {
    sampled: (trace, span) => ({ ...datadogIds(trace, span), 'x-datadog-sampling-priority': '1' }),
    denied: (trace, span) => ({ ...datadogIds(trace, span), 'x-datadog-sampling-priority': '0' }),
    undecided: datadogIds,
  },
  instana: {
    sampled: (trace, span) => ({ X_INSTANA_T: trace, X_INSTANA_S: span }),
    denied: (trace, span) => ({ X_INSTANA_T: trace, X_INSTANA_S: span, X_INSTANA_L_S: '0' }),
  },
  sentry: {
    sampled: (trace, span) => ({ 'sentry-trace': `${trace}-${span}-1` }),
    denied: (trace, span) => ({ 'sentry-trace': `${trace}-${span}-0` }),
    undecided: (trace, span) => ({ 'sentry-trace': `${trace}-${span}` }),
  },
};
const formats = Object.keys(written) as Format[];
const format = fc.constantFrom(...formats);

function datadogIds(trace: string, span: string): Record<string, string> {
  const decimal = (id: string): string => BigInt(`0x${id}`).toString();
  return {
    'x-datadog-trace-id': decimal(trace.slice(16)),
    'x-datadog-parent-id': decimal(span),
    'x-datadog-tags': `_dd.p.tid=${trace.slice(0, 16)}`,
  };
}

function stateOf({ sampling, debug, creationContext }: Extraction): State {
  if (sampling === 'defer') return 'undecided';
  return debug ? 'debug' : ((creationContext?.traceFlags ?? 0) & 1) === 1 ? 'sampled' : 'denied';
}

/** What is left of a state in a format that cannot say it. */
const saidAs = (state: State, into: Format): State => {
  if (written[into]?.[state] !== undefined) return state;
  return state === 'debug' ? 'sampled' : 'denied';
};

describe('a sampling state that one format says', () => {
  const cases = fc
    .tuple(format, format, traceId.filter(hasBothHalves), spanId, spanId)
    .chain(([from, to, traceId, spanId, ownId]) =>
      fc.constantFrom(...(Object.keys(written[from] ?? {}) as State[])).map((state) => ({ from, to, state, traceId, spanId, ownId })),
    );

  it('is read, and is written in every format that can say it by what hands the context on', () => {
    fc.assert(
      fc.property(cases, ({ from, to, state, traceId, spanId }) => {
        const received = read(from, written[from]?.[state]?.(traceId, spanId));
        expect(stateOf(received)).to.equal(state);
        const handedOn = read(to, write(to, received.asParent()));
        expect(stateOf(handedOn)).to.equal(saidAs(state, to));
      }),
      { numRuns: 1000 },
    );
  });

  it('stays with the spans of a sampler that follows its parent, but for an undecided one, which its sampler decides', () => {
    fc.assert(
      fc.property(cases, fc.boolean(), ({ from, to, state, traceId, spanId, ownId }, decision) => {
        const received = read(from, written[from]?.[state]?.(traceId, spanId));
        const base = received.sampling === 'defer' ? received.asRoot() : received.asParent();
        const traceFlags = received.sampling === 'defer' ? Number(decision) : (received.creationContext?.traceFlags ?? 0);
        const handler = trace.setSpanContext(base, { traceId, spanId: ownId, traceFlags });
        const expected = state === 'undecided' ? (decision ? 'sampled' : 'denied') : state;
        expect(stateOf(read(to, write(to, handler)))).to.equal(saidAs(expected, to));
      }),
      { numRuns: 1000 },
    );
  });
});

function read(format: Format, headers: unknown): Extraction {
  return kafkaPropagation({ extract: [format] }).extract(headers, 't');
}

function write(format: Format, context: Context): unknown {
  return kafkaPropagation({ inject: [format], origin: false })
    .injection(context, 't')
    .into({});
}

/** Datadog's ids are 64 bits of the trace id, of which none may be 0. */
function hasBothHalves(id: string): boolean {
  return !/^0+$/.test(id.slice(16)) && !/^0+$/.test(id.slice(0, 16));
}
