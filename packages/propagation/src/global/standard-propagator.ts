import { type Context, ROOT_CONTEXT, type SpanContext, type TextMapPropagator, isSpanContextValid, trace } from '@opentelemetry/api';
import { registeredApi } from '@tracelink/context/internal';
import { b3 } from '../formats/b3.ts';
import { type FormatSettings, type HeaderFormat, debugValue } from '../formats/header-format.ts';
import { w3c } from '../formats/w3c.ts';
import { guard } from '../headers/guard.ts';
import type { HeaderEntry } from '../headers/write-headers.ts';

/** OpenTelemetry's own propagators for which our codecs, which cost a fraction, stand in where the headers hold nothing special. */
export interface StandardPropagator {
  /** What it reads; in headers of one of them alone. */
  readonly reads: readonly HeaderFormat[];
  /** What it writes, in its order; of a context without debug flag, tracestate and baggage. */
  readonly writes: readonly HeaderFormat[];
}

const known = new WeakMap<object, StandardPropagator | false>();

/**
 * The propagator that is registered now, if it is one of OpenTelemetry's own, or a composite of those. Looked at once for each object. Any
 * other one, a subclass or an object around one of these included, is asked itself for every message.
 */
export function standardPropagator(): StandardPropagator | undefined {
  const registered = registeredApi()?.propagation;
  if (registered === undefined) return undefined;
  return registered === last.registered ? last.found : standardPropagatorOf(registered);
}

/** What was asked for last, which is what nearly every message asks for. */
let last: { readonly registered: object | undefined; readonly found: StandardPropagator | undefined } = {
  registered: undefined,
  found: undefined,
};

/** Apart, as what a function holds on to is kept for it at each call. */
function standardPropagatorOf(registered: TextMapPropagator): StandardPropagator | undefined {
  let found = known.get(registered);
  if (found === undefined) {
    found = guard('the global propagator threw when it was looked at', () => recognized(registered), undefined) ?? false;
    known.set(registered, found);
  }
  last = { registered, found: found === false ? undefined : found };
  return last.found;
}

const names: FormatSettings = { b3multiNames: 'specification' };

/**
 * What the registered propagator writes for a context without baggage, by our codecs.
 *
 * @param span of `context`, as headers hold it
 * @returns `undefined` where the propagator itself must be asked
 */
export function injectPlainly(context: Context, span: SpanContext): HeaderEntry[] | undefined {
  if (span.traceState !== undefined || debugValue(context) !== undefined) return undefined;
  const standard = standardPropagator();
  if (standard === undefined) return undefined;
  const entries: HeaderEntry[] = [];
  for (const format of standard.writes) format.inject(entries, span, 'flag', names);
  return entries;
}

function recognized(propagator: TextMapPropagator): StandardPropagator | undefined {
  const name = ownClassOf(propagator);
  if (name === 'CompositePropagator') return recognizedAll((propagator as { readonly _propagators?: unknown })._propagators);
  // It reads and writes no context, and is asked as soon as there is baggage.
  if (name === 'W3CBaggagePropagator') return propagator.fields().join() === 'baggage' ? { reads: [], writes: [] } : undefined;
  const format = name === 'B3Propagator' ? b3 : name === 'W3CTraceContextPropagator' ? w3c : undefined;
  return format !== undefined && isLike(format, propagator) ? { reads: [format], writes: [format] } : undefined;
}

function recognizedAll(members: unknown): StandardPropagator | undefined {
  if (!Array.isArray(members)) return undefined;
  const standards = (members as readonly TextMapPropagator[]).map(recognized);
  if (!standards.every((standard) => standard !== undefined)) return undefined;
  const formats = [...new Set(standards.flatMap(({ reads }) => reads))];
  return { reads: formats, writes: formats };
}

/** The name of an object's class that extends none and of which no method was replaced in this object. */
function ownClassOf(propagator: TextMapPropagator): string | undefined {
  const prototype = Object.getPrototypeOf(propagator) as object | null;
  if (prototype === null || Object.getPrototypeOf(prototype) !== Object.prototype) return undefined;
  const replaced = ['inject', 'extract', 'fields'].some((method) => Object.hasOwn(propagator, method));
  return replaced ? undefined : prototype.constructor.name;
}

const sample = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1, isRemote: true };

/** Whether a propagator writes what `format` writes, and nothing else, and reads it: another version may do otherwise. */
function isLike(format: HeaderFormat, propagator: TextMapPropagator): boolean {
  const ours: [string, string][] = [];
  format.inject(ours, sample, 'flag', names);
  const theirs: [string, string][] = [];
  propagator.inject(trace.setSpanContext(ROOT_CONTEXT, sample), theirs, {
    set: (entries, name, value) => void entries.push([name, value]),
  });
  if (JSON.stringify(ours) !== JSON.stringify(theirs)) return false;
  const headers = new Map(ours);
  const read = propagator.extract(ROOT_CONTEXT, headers, { keys: () => [...headers.keys()], get: (_, name) => headers.get(name) });
  const context = trace.getSpanContext(read);
  return (
    context !== undefined &&
    isSpanContextValid(context) &&
    context.traceId === sample.traceId &&
    context.spanId === sample.spanId &&
    context.traceFlags === sample.traceFlags
  );
}
