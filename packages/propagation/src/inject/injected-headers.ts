import { type Baggage, type Context, type SpanContext, createContextKey, isSpanContextValid, propagation, trace } from '@opentelemetry/api';
import { hasB3Debug } from '../formats/b3-debug.ts';
import { formatB3Multi } from '../formats/b3-multi.ts';
import { formatB3Single } from '../formats/b3.ts';
import { formatBaggage } from '../formats/baggage.ts';
import type { HeaderEntry } from '../formats/header-format.ts';
import type { Extraction, Relation } from '../extract/extraction-interface.ts';
import type { Format } from '../formats/formats.ts';
import { globalFields } from '../global/global-fields.ts';
import { injectGlobally } from '../global/global-propagator.ts';
import { HeaderExtraction } from '../extract/extraction.ts';
import { incomingExtraction } from '../extract/incoming-extraction.ts';
import { formatJaeger } from '../formats/jaeger.ts';
import type { Outbound, Settings } from '../propagation/options.ts';
import { uberctx } from '../headers/header-field.ts';
import { isNormal, normalized } from '../formats/normalized.ts';
import { percentEncode } from '../formats/percent.ts';
import { filterBaggage } from '../formats/read-baggage.ts';
import { formatTraceProgress } from '../formats/tracelink.ts';
import { formatTraceState } from '../formats/trace-state.ts';
import { formatTraceparent } from '../formats/w3c.ts';

/** What one context puts into any number of messages. */
export interface InjectedHeaders {
  readonly entries: readonly HeaderEntry[];
  /** Written only into messages without a `ce_traceparent` of their own: a CloudEvent keeps the context in which it began. */
  readonly event: readonly HeaderEntry[];
  /** Names beyond the known ones that must go where stale: those of a global propagator. Lower case. */
  readonly fields: ReadonlySet<string>;
  /** Whether a caller's own `baggage` may stay, as none is written and none is held back. */
  readonly mayKeepBaggage: boolean;
}

// The SDK's `suppressTracing`, found without importing it: `createContextKey` is `Symbol.for`.
const suppressed = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
const noFields: ReadonlySet<string> = new Set();
const nothing: InjectedHeaders = { entries: [], event: [], fields: noFields, mayKeepBaggage: false };

/** Computes the headers of `context` once. Global propagators and formats are asked here, never per message. */
export function injectedHeaders(context: Context, outbound: Outbound, relation: Relation | undefined, settings: Settings): InjectedHeaders {
  if (outbound === 'none') return { ...nothing, fields: settings.formats === undefined ? globalFields().unknown : noFields };
  if (context.getValue(suppressed) === true) return nothing;
  const allowed = outbound === 'trace' ? undefined : filterBaggage(propagation.getBaggage(context), settings.baggageKeys);
  const found = trace.getSpanContext(context);
  const span = found && writtenAs(found);
  const incoming = incomingExtraction.get(context);
  const own = span === undefined ? [] : ownEntries(span, incoming, relation, settings);
  if (settings.formats === undefined) {
    const entries = injectGlobally(withBaggage(context, allowed));
    const wroteBaggage = entries.some(([name]) => name.toLowerCase() === 'baggage');
    entries.push(...own);
    return { entries, event: [], fields: globalFields().unknown, mayKeepBaggage: outbound === 'trace+baggage' && !wroteBaggage };
  }
  const formats = settings.formats.inject;
  const debug = span !== undefined && isDebug(context, span, incoming);
  const entries: HeaderEntry[] = [];
  if (span !== undefined) for (const format of formats) addFormat(entries, format, span, debug, settings);
  const baggage = allowed === undefined ? '' : formatBaggage(allowed);
  entries.push(...own);
  if (baggage !== '') entries.push(['baggage', baggage]);
  if (allowed !== undefined && formats.includes('jaeger')) {
    for (const [key, { value }] of allowed.getAllEntries()) entries.push([`${uberctx}${key}`, percentEncode(value)]);
  }
  if (formats.includes('sw8')) entries.push(...sw8Entries(incoming, outbound));
  const event = span !== undefined && formats.includes('cloudevents') ? eventEntries(originOf(span, incoming)) : [];
  return { entries, event, fields: noFields, mayKeepBaggage: outbound === 'trace+baggage' && baggage === '' };
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

function addFormat(entries: HeaderEntry[], format: Format, span: SpanContext, debug: boolean, settings: Settings): void {
  switch (format) {
    case 'w3c': {
      entries.push(['traceparent', formatTraceparent(span)]);
      const state = span.traceState === undefined ? '' : formatTraceState(span.traceState);
      if (state !== '') entries.push(['tracestate', state]);
      return;
    }
    case 'b3':
      entries.push(['b3', formatB3Single(span, debug)]);
      return;
    case 'b3multi':
      entries.push(...formatB3Multi(span, debug, settings.b3multiNames));
      return;
    case 'jaeger':
      entries.push(['uber-trace-id', formatJaeger(span, debug)]);
      return;
    default:
    // `cloudevents` depends on the message, `sw8` on the message that came in.
  }
}

function ownEntries(
  span: SpanContext,
  incoming: Extraction | undefined,
  relation: Relation | undefined,
  settings: Settings,
): HeaderEntry[] {
  const entries: HeaderEntry[] = [];
  if (settings.origin) entries.push(['tracelink-origin', formatTraceparent(originOf(span, incoming))]);
  if (incoming !== undefined && incoming.creationContext?.traceId === span.traceId && incoming.trust === 'trusted') {
    entries.push(['tracelink-trace', formatTraceProgress({ hops: incoming.hops + 1, since: incoming.since ?? Date.now() })]);
  }
  if (relation !== undefined) entries.push(['tracelink-relation', relation]);
  return entries;
}

function originOf(span: SpanContext, incoming: Extraction | undefined): SpanContext {
  return incoming?.origin ?? span;
}

/** Debug belongs to a trace: a new trace that a handler starts does not inherit it, and a span that is not sampled loses it. */
function isDebug(context: Context, span: SpanContext, incoming: Extraction | undefined): boolean {
  if ((span.traceFlags & 1) === 0) return false;
  if (incoming === undefined) return hasB3Debug(context);
  return incoming.debug && (incoming.creationContext === undefined || incoming.creationContext.traceId === span.traceId);
}

function sw8Entries(incoming: Extraction | undefined, outbound: Outbound): readonly HeaderEntry[] {
  const sw8 = incoming instanceof HeaderExtraction ? incoming.sw8 : undefined;
  const entries: HeaderEntry[] = [];
  if (sw8?.sw8 !== undefined) entries.push(['sw8', sw8.sw8]);
  // The correlation is SkyWalking's baggage, so it goes where baggage goes.
  if (sw8?.correlation !== undefined && outbound === 'trace+baggage') entries.push(['sw8-correlation', sw8.correlation]);
  return entries;
}

function eventEntries(origin: SpanContext): readonly HeaderEntry[] {
  const state = origin.traceState === undefined ? '' : formatTraceState(origin.traceState);
  const parent: HeaderEntry = ['ce_traceparent', formatTraceparent(origin)];
  return state === '' ? [parent] : [parent, ['ce_tracestate', state]];
}
