import type { SpanContext } from '@opentelemetry/api';
import { kafkaPropagation, type Extraction, type Format, type KafkaPropagation } from '@tracelink/propagation';
import type { HeaderBag } from './header-bag.ts';

/** A context that a record carries. */
export interface SeenContext {
  readonly format: Format;
  readonly span: SpanContext;
  readonly sampling: Extraction['sampling'];
  readonly debug: boolean;
}

/** Formats of agents whose spans are in the back end of their vendor. */
export const vendors: ReadonlySet<Format> = new Set<Format>(['datadog', 'instana', 'sentry']);

/** One for each format: asked with the headers of that format alone, none has reason to tell of traces that it does not read. */
const readers = new Map<Format, KafkaPropagation>();

/** What the headers of one format say, by tracelink's own reader. */
function read(format: Format, headers: Readonly<Record<string, string>>): Extraction {
  let reader = readers.get(format);
  if (reader === undefined) readers.set(format, (reader = kafkaPropagation({ inject: [format], extract: [format] })));
  return reader.extract(headers, '');
}

/** Forms of ids. A value of another form is not handed to the reader, which would count it among the process' malformed headers. */
const forms: Readonly<Record<'w3c' | 'b3' | 'jaeger' | 'sentry', RegExp>> = {
  w3c: /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:$|-)/,
  b3: /^(?!0+-)(?:[\da-f]{16}){1,2}-(?!0{16})[\da-f]{16}(?:$|-)/,
  jaeger: /^(?!0+:)[\da-f]{1,32}:(?!0+:)[\da-f]{1,16}:/i,
  sentry: /^(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}(?:$|-)/,
};
const isId = /^[\da-f]{1,32}$/i;

/** The context in the value of a header that holds all of it. */
export function contextIn(format: keyof typeof forms, name: string, text: string): SeenContext | undefined {
  return forms[format].test(text) ? seen(format, read(format, { [name]: text })) : undefined;
}

/** The context that a header in the form of `traceparent` holds. */
export function spanIn(text: string | undefined): SpanContext | undefined {
  return text === undefined ? undefined : contextIn('w3c', 'traceparent', text)?.span;
}

/** Formats of one header; every repeat is a context of its own. */
const ofOneHeader = [
  ['w3c', 'traceparent'],
  ['b3', 'b3'],
  ['jaeger', 'uber-trace-id'],
  ['sentry', 'sentry-trace'],
] as const satisfies readonly (readonly [keyof typeof forms, string])[];

/** Formats of several headers. */
const ofSeveral = [
  ['b3multi', ['x-b3-traceid', 'x-b3-spanid', 'x-b3-sampled', 'x-b3-flags']],
  ['datadog', ['x-datadog-trace-id', 'x-datadog-parent-id', 'x-datadog-sampling-priority', 'x-datadog-tags']],
  ['instana', ['x_instana_t', 'x_instana_s', 'x_instana_l_s']],
] as const satisfies readonly (readonly [Format, readonly string[]])[];

/** Every context of the last hop that the headers hold, in the order of the formats; repeats of a header in their order. */
export function contextsIn(headers: HeaderBag): readonly SeenContext[] {
  const found: SeenContext[] = [];
  for (const [format, name] of ofOneHeader)
    for (const value of headers.values(name)) {
      const context = value === null || value.length > 128 ? undefined : contextIn(format, name, value.toString());
      if (context !== undefined) found.push(context);
    }
  for (const [format, names] of ofSeveral) {
    const there = names.filter((name) => headers.has(name));
    if (!names.slice(0, 2).every((name) => isId.test(headers.text(name) ?? ''))) continue;
    const context = seen(format, read(format, Object.fromEntries(there.map((name) => [name, headers.text(name) ?? '']))));
    if (context !== undefined) found.push(context);
  }
  return found;
}

function seen(format: Format, { creationContext: span, sampling, debug }: Extraction): SeenContext | undefined {
  return span === undefined ? undefined : { format, span, sampling, debug };
}

/** Whether two contexts are of one trace: some headers hold the lower 64 bits only. */
export function isOneTrace(one: Pick<SpanContext, 'traceId'>, other: Pick<SpanContext, 'traceId'>): boolean {
  if (one.traceId === other.traceId) return true;
  const isHalf = one.traceId.startsWith(zeros) || other.traceId.startsWith(zeros);
  return isHalf && one.traceId.slice(-16) === other.traceId.slice(-16);
}

const zeros = '0'.repeat(16);
