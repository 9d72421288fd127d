/** How a header's value is decoded. */
export interface ValueRule {
  /** Bytes; a longer value counts as malformed and is never decoded. */
  readonly limit: number;
  readonly text: 'ascii' | 'utf8';
}

/** A known header: its name, its value's rule, and its bit in sets of headers, which are numbers. */
export interface HeaderRule extends ValueRule {
  readonly name: KnownHeader;
  readonly bit: number;
}

/** A trace header's name in lower case. */
export type KnownHeader =
  | 'traceparent'
  | 'tracestate'
  | 'baggage'
  | 'b3'
  | 'x-b3-traceid'
  | 'x-b3-spanid'
  | 'x-b3-parentspanid'
  | 'x-b3-sampled'
  | 'x-b3-flags'
  | 'uber-trace-id'
  | 'jaeger-baggage'
  | 'ce_traceparent'
  | 'ce_tracestate'
  | 'sw8'
  | 'sw8-correlation'
  | 'sw8-x'
  | 'tracelink-origin'
  | 'tracelink-trace'
  | 'tracelink-relation';

// Every trace header that is read or replaced: the longest value worth decoding, in bytes, and whether it may be more than ASCII.
const values: Readonly<Record<KnownHeader, ValueRule>> = {
  traceparent: { limit: 128, text: 'ascii' },
  tracestate: { limit: 8192, text: 'ascii' },
  baggage: { limit: 8192, text: 'utf8' },
  b3: { limit: 68, text: 'ascii' },
  'x-b3-traceid': { limit: 32, text: 'ascii' },
  'x-b3-spanid': { limit: 16, text: 'ascii' },
  'x-b3-parentspanid': { limit: 16, text: 'ascii' },
  'x-b3-sampled': { limit: 5, text: 'ascii' },
  'x-b3-flags': { limit: 1, text: 'ascii' },
  'uber-trace-id': { limit: 128, text: 'ascii' },
  'jaeger-baggage': { limit: 8192, text: 'utf8' },
  ce_traceparent: { limit: 128, text: 'ascii' },
  ce_tracestate: { limit: 8192, text: 'ascii' },
  sw8: { limit: 2048, text: 'ascii' },
  'sw8-correlation': { limit: 2048, text: 'ascii' },
  'sw8-x': { limit: 2048, text: 'ascii' },
  'tracelink-origin': { limit: 128, text: 'ascii' },
  'tracelink-trace': { limit: 64, text: 'ascii' },
  'tracelink-relation': { limit: 8, text: 'ascii' },
};

/** What Jaeger puts before a baggage key. */
export const uberctx = 'uberctx-';

const all: readonly HeaderRule[] = Object.entries(values).map(([name, rule], index) => ({
  ...rule,
  name: name as KnownHeader,
  bit: 1 << index,
}));
const byName: ReadonlyMap<string, HeaderRule> = new Map(all.map((rule) => [rule.name, rule]));
const longestName = Math.max(...all.map(({ name }) => name.length));
// One bit for each first letter: the low five bits of a letter's code are the same in both cases.
const firstLetters = all.reduce((letters, { name }) => letters | (1 << (name.charCodeAt(0) & 0x1f)), 0);

/** The trace header that `name` spells, in any case. Most headers are none, and that is decided by their first letter. */
export function knownHeader(name: string): HeaderRule | undefined {
  if (((firstLetters >>> (name.charCodeAt(0) & 0x1f)) & 1) === 0 || name.length > longestName) return undefined;
  return byName.get(name) ?? byName.get(name.toLowerCase());
}

/** The headers whose bits `set` has. */
export function headersIn(set: number): readonly KnownHeader[] {
  return all.filter(({ bit }) => (set & bit) !== 0).map(({ name }) => name);
}

/** The baggage key in a Jaeger baggage header's name; `undefined` for every other name. */
export function uberctxKey(name: string): string | undefined {
  if (name.length <= uberctx.length || (name.charCodeAt(0) | 0x20) !== 0x75) return undefined;
  return name.slice(0, uberctx.length).toLowerCase() === uberctx ? name.slice(uberctx.length) : undefined;
}

const rules = Object.fromEntries(byName) as Readonly<Record<KnownHeader, HeaderRule>>;

/** The rule of a known header. */
export function headerRule(name: KnownHeader): HeaderRule {
  return rules[name];
}
