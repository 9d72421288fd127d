import fc from 'fast-check';

/** Headers of a record as they stand in the log: in order, with repeats. */
export type RawHeaders = readonly (readonly [name: string, value: string])[];

export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

type HopFormat = 'w3c' | 'b3' | 'b3multi';

/** A service on tracelink, which reads all formats. */
interface OurHop {
  readonly by: 'tracelink';
  readonly inject: readonly HopFormat[];
}

/** Other software that takes a record of one topic to another. */
interface ForeignHop {
  readonly by: 'other';
  /** In which formats it looks for a parent, the preferred first; in none, it begins a trace. */
  readonly reads: readonly HopFormat[];
  /** Which one of repeats it takes. */
  readonly takes: 'first' | 'last';
  readonly writes: readonly HopFormat[];
  /** What becomes of the headers that came: those of the names that it writes go, all stay, or all go. */
  readonly headers: 'replaced' | 'appended to' | 'dropped';
}

/** What a record comes through. */
export type Hop = OurHop | ForeignHop;

const all: HopFormat[] = ['w3c', 'b3', 'b3multi'];
const some = fc.subarray(all);
const atLeastOne = fc.subarray(all, { minLength: 1 });

const ourHop: fc.Arbitrary<OurHop> = fc.record({ by: fc.constant('tracelink' as const), inject: atLeastOne });

const foreignHop: fc.Arbitrary<ForeignHop> = fc.record({
  by: fc.constant('other' as const),
  reads: some,
  takes: fc.constantFrom('first', 'last'),
  // None: it hands the record on without a span.
  writes: some,
  headers: fc.constantFrom('replaced', 'appended to', 'dropped'),
});

/** The way of one record, sent by tracelink. */
export const hops: fc.Arbitrary<readonly Hop[]> = fc
  .tuple(ourHop, fc.array(fc.oneof(ourHop, foreignHop), { maxLength: 6 }))
  .map(([first, later]) => [first, ...later]);

interface Shape {
  /** Those that hold the ids, in the order of the groups of `ids`. */
  readonly names: readonly [string, ...string[]];
  entries(span: SpanIds): RawHeaders;
  readonly ids: RegExp;
}

const shapes: Readonly<Record<HopFormat, Shape>> = {
  w3c: {
    names: ['traceparent'],
    entries: ({ traceId, spanId }) => [['traceparent', `00-${traceId}-${spanId}-01`]],
    ids: /^00-(\w{32})-(\w{16})-01$/,
  },
  b3: { names: ['b3'], entries: ({ traceId, spanId }) => [['b3', `${traceId}-${spanId}-1`]], ids: /^(\w{32})-(\w{16})-1$/ },
  b3multi: {
    names: ['X-B3-TraceId', 'X-B3-SpanId'],
    entries: ({ traceId, spanId }) => [
      ['X-B3-TraceId', traceId],
      ['X-B3-SpanId', spanId],
      ['X-B3-Sampled', '1'],
    ],
    ids: /^(\w{32})-(\w{16})$/,
  },
};

/** Every context of a record, in the order of its headers. */
export function contextsOf(raw: RawHeaders, formats: readonly HopFormat[] = all): SpanIds[] {
  return formats.flatMap((format) => {
    const { names, ids } = shapes[format];
    const [firsts = [], ...others] = names.map((name) => raw.flatMap(([each, value]) => (each === name ? [value] : [])));
    return firsts.flatMap((value, index) => {
      const [, traceId, spanId] = ids.exec([value, ...others.map((values) => values[index])].join('-')) ?? [];
      return traceId === undefined || spanId === undefined ? [] : [{ traceId, spanId }];
    });
  });
}

/**
 * What the hop makes of a record.
 *
 * @param fresh ids for its span, and for its trace if it begins one
 */
export function passOn(hop: ForeignHop, raw: RawHeaders, fresh: SpanIds): { readonly raw: RawHeaders; readonly span: SpanIds } {
  const found = hop.reads.map((format) => contextsOf(raw, [format]).at(hop.takes === 'first' ? 0 : -1)).find((each) => each !== undefined);
  const span = { traceId: found?.traceId ?? fresh.traceId, spanId: fresh.spanId };
  const own = hop.writes.flatMap((format) => shapes[format].entries(span));
  const kept = raw.filter(([name]) => {
    // Where a context takes several headers, none can be appended to: no reader could put the ids together.
    const isAppendedTo = hop.headers === 'appended to' && !name.startsWith('X-B3-');
    return hop.headers !== 'dropped' && (isAppendedTo || !own.some(([written]) => written === name));
  });
  return { raw: [...kept, ...own], span };
}

/** As kafkajs gives them: bytes, and an array of them where a name is repeated. */
export function asReceived(raw: RawHeaders): Record<string, Buffer | Buffer[]> {
  const received: Record<string, Buffer | Buffer[]> = {};
  for (const [name, text] of raw) {
    const [before, value] = [received[name], Buffer.from(text)];
    received[name] = before === undefined ? value : [before, value].flat();
  }
  return received;
}

/** As kafkajs writes them. */
export function asSent(headers: Readonly<Record<string, unknown>>): RawHeaders {
  return Object.entries(headers).flatMap(([name, value]) => [value].flat().map((each) => [name, String(each)] as const));
}
