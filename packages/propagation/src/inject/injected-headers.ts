import { type Baggage, type Context, ROOT_CONTEXT, type SpanContext, isSpanContextValid, propagation, trace } from '@opentelemetry/api';
import { suppressTracing } from '@tracelink/context/internal';
import { Extraction, incomingExtraction } from '../extract/extraction.ts';
import { filterBaggage, formatBaggage } from '../formats/baggage.ts';
import { type FormatSettings, type HeaderFormat, type SamplingState, hasDebugFlag } from '../formats/header-format.ts';
import { isNormal, isSameSpan, normalized } from '../formats/ids.ts';
import { type Relation, injectOrigin, injectProgress, injectRelation } from '../formats/tracelink.ts';
import { globalFields } from '../global/global-fields.ts';
import { injectGlobally } from '../global/global-propagator.ts';
import { injectPlainly } from '../global/standard-propagator.ts';
import { knownField } from '../headers/header-field.ts';
import type { HeaderEntry } from '../headers/write-headers.ts';

/** What messages for a topic carry: nothing, the trace, or the trace and the baggage. */
export type Outbound = 'none' | 'trace' | 'trace+baggage';

/** How headers are written. */
export interface InjectSettings extends FormatSettings {
  /** `undefined`: the global propagator. */
  readonly formats: readonly HeaderFormat[] | undefined;
  /** Baggage keys that pass; `undefined`: every key. */
  readonly baggageKeys: ReadonlySet<string> | undefined;
  /** Headers of vendors that stay where they are, as a set: see `HeaderField.bit`. */
  readonly kept: number;
  /** Whether `tracelink-origin` is written; `forwarded`: only where it says another span than the creation context. */
  readonly origin: boolean | 'forwarded';
  outbound(topic: string): Outbound;
}

/** What one context puts into any number of messages. */
export interface InjectedHeaders {
  readonly entries: readonly HeaderEntry[];
  /** Written only into messages without event headers of their own: an event keeps the context in which it began. */
  readonly event: readonly HeaderEntry[];
  /** Names beyond the known ones that must go where stale: those of a global propagator. Lower case. */
  readonly fields: ReadonlySet<string>;
  /** Known headers that stay, as a set: see `HeaderField.bit`. */
  readonly kept: number;
  /** Whether a caller's own `baggage` may stay, as none is written and none is held back: see {@link callersBaggage}. */
  readonly mayKeepBaggage: boolean;
  /** Baggage keys of a caller's own that pass; `undefined`: every key. */
  readonly baggageKeys: ReadonlySet<string> | undefined;
  /** Of which these are the headers. */
  readonly context: Context;
}

const noFields: ReadonlySet<string> = new Set();
const noEntries: readonly HeaderEntry[] = [];
const nothing: InjectedHeaders = {
  entries: noEntries,
  event: noEntries,
  fields: noFields,
  kept: 0,
  mayKeepBaggage: false,
  baggageKeys: undefined,
  context: ROOT_CONTEXT,
};

/** Computes the headers of `context` once. Global propagators and formats are asked here, never per message. */
export function injectedHeaders(
  context: Context,
  topic: string,
  relation: Relation | undefined,
  settings: InjectSettings,
): InjectedHeaders {
  const { formats, kept, baggageKeys } = settings;
  const outbound = settings.outbound(topic);
  if (outbound === 'none') return { ...nothing, fields: formats === undefined ? globalFields().unknown : noFields };
  if (context.getValue(suppressTracing) === true) return kept === 0 ? nothing : { ...nothing, kept };
  const allowed = outbound === 'trace' ? undefined : filterBaggage(propagation.getBaggage(context), baggageKeys);
  const found = trace.getSpanContext(context);
  const span = found && writtenAs(found);
  const incoming = incomingExtraction.get(context);
  if (formats === undefined) {
    const plain = span === undefined || allowed !== undefined ? undefined : injectPlainly(context, span);
    if (plain !== undefined && span !== undefined) {
      addOwn(plain, span, incoming, relation, settings);
      const mayKeepBaggage = outbound === 'trace+baggage';
      return { entries: plain, event: noEntries, fields: noFields, kept, mayKeepBaggage, baggageKeys, context };
    }
    const entries = injectGlobally(withBaggage(context, allowed));
    const wroteBaggage = entries.some(([name]) => name.toLowerCase() === 'baggage');
    if (span !== undefined) addOwn(entries, span, incoming, relation, settings);
    const mayKeepBaggage = outbound === 'trace+baggage' && !wroteBaggage;
    const { unknown } = globalFields();
    return { entries, event: noEntries, fields: unknown, kept: kept & ~fieldsOf(entries), mayKeepBaggage, baggageKeys, context };
  }
  const entries: HeaderEntry[] = [];
  const event: HeaderEntry[] = [];
  if (span !== undefined) {
    const state = samplingState(context, span, incoming);
    for (const format of formats) {
      if (format.carries === 'origin') format.inject(event, originOf(span, incoming), 'flag', settings);
      else format.inject(entries, span, state, settings);
    }
    addOwn(entries, span, incoming, relation, settings);
  }
  const baggage = allowed === undefined ? '' : formatBaggage(allowed);
  if (baggage !== '') entries.push(['baggage', baggage]);
  if (allowed !== undefined) for (const format of formats) format.baggage?.inject(entries, allowed);
  if (incoming !== undefined) addForeign(entries, incoming, formats, outbound);
  const mayKeepBaggage = outbound === 'trace+baggage' && baggage === '';
  return { entries, event, fields: noFields, kept, mayKeepBaggage, baggageKeys, context };
}

/** What is written replaces what stands there. */
function fieldsOf(entries: readonly HeaderEntry[]): number {
  return entries.reduce((set, [name]) => set | (knownField(name)?.bit ?? 0), 0);
}

/** The span's context as headers hold it; `undefined` when it is not valid. */
function writtenAs(found: SpanContext): SpanContext | undefined {
  if (isNormal(found)) return found;
  return isSpanContextValid(found) ? normalized(found) : undefined;
}

function withBaggage(context: Context, allowed: Baggage | undefined): Context {
  if (propagation.getBaggage(context) === allowed) return context;
  return allowed === undefined ? propagation.deleteBaggage(context) : propagation.setBaggage(context, allowed);
}

function addOwn(
  entries: HeaderEntry[],
  span: SpanContext,
  incoming: Extraction | undefined,
  relation: Relation | undefined,
  settings: InjectSettings,
): void {
  const origin = originOf(span, incoming);
  if (settings.origin === true || (settings.origin === 'forwarded' && !isSameSpan(origin, span))) injectOrigin(entries, origin);
  const continues = incoming !== undefined && incoming.creationContext?.traceId === span.traceId && incoming.trust === 'trusted';
  if (continues) injectProgress(entries, { hops: incoming.hops + 1, since: incoming.since ?? Date.now(), span });
  // A new trace behind another one: the origin is not what is written here.
  else if (settings.origin !== false && origin !== span) injectProgress(entries, { hops: 1, since: Date.now(), span });
  if (relation !== undefined) injectRelation(entries, relation);
}

function originOf(span: SpanContext, incoming: Extraction | undefined): SpanContext {
  return incoming?.origin ?? span;
}

/** What the flag of the span does not say. Undecided is only the context that came in, handed on without a span of this process. */
function samplingState(context: Context, span: SpanContext, incoming: Extraction | undefined): SamplingState {
  const received = incoming?.sampling === 'defer' ? incoming.creationContext : undefined;
  if (received !== undefined && isSameSpan(received, span)) return 'undecided';
  return isDebug(context, span, incoming) ? 'debug' : 'flag';
}

/** Debug belongs to a trace: a new trace that a handler starts does not inherit it, and a span that is not sampled loses it. */
function isDebug(context: Context, span: SpanContext, incoming: Extraction | undefined): boolean {
  if ((span.traceFlags & 1) === 0) return false;
  // A flag without ids is that of the trace in which the message was handled.
  if (incoming?.creationContext === undefined) return hasDebugFlag(context);
  return incoming.debug && incoming.creationContext.traceId === span.traceId;
}

/** Other systems' headers of the message that came in, as they came. */
function addForeign(entries: HeaderEntry[], incoming: Extraction, formats: readonly HeaderFormat[], outbound: Outbound): void {
  for (const format of formats) {
    const foreign = format.foreign === undefined ? undefined : Extraction.foreign(incoming, format);
    if (foreign === undefined) continue;
    entries.push(...foreign.entries);
    if (outbound === 'trace+baggage') entries.push(...foreign.baggage);
  }
}
