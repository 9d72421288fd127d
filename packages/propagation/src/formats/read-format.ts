import type { SpanContext } from '@opentelemetry/api';
import { b3Multi, parseB3Flags, parseB3Sampled, parseB3SpanId, parseB3TraceId } from './b3-multi.ts';
import { parseB3Single } from './b3.ts';
import type { Carried } from './header-format.ts';
import type { Format } from './formats.ts';
import { parseJaeger } from './jaeger.ts';
import type { TraceHeaders } from '../headers/trace-headers.ts';
import { lazyTraceState } from './trace-state.ts';
import { parseTraceparent } from './w3c.ts';

/** What the headers of one format say; `undefined` when nothing valid is there. */
export function readFormat(format: Format, headers: TraceHeaders): Carried | undefined {
  switch (format) {
    case 'w3c':
      return readW3C(headers, 'traceparent', 'tracestate');
    case 'b3':
      return firstWithIds(readB3Single(headers), () => readB3Multi(headers));
    case 'b3multi':
      return firstWithIds(readB3Multi(headers), () => readB3Single(headers));
    case 'jaeger':
      return headers.last('uber-trace-id', parseJaeger);
    case 'cloudevents':
      return readW3C(headers, 'ce_traceparent', 'ce_tracestate');
    case 'sw8':
      // Never a creation context: its ids are not trace ids.
      return undefined;
  }
}

function readW3C(
  headers: TraceHeaders,
  parent: 'traceparent' | 'ce_traceparent',
  state: 'tracestate' | 'ce_tracestate',
): Carried | undefined {
  const context = headers.last(parent, parseTraceparent);
  if (context === undefined) return undefined;
  // Only beside a valid traceparent (W3C Trace Context, "tracestate Header").
  const text = headers.joined(state);
  return { context: text === undefined ? context : { ...context, traceState: lazyTraceState(text) }, sampling: 'inherit', debug: false };
}

function readB3Single(headers: TraceHeaders): Carried | undefined {
  return headers.last('b3', parseB3Single);
}

function readB3Multi(headers: TraceHeaders): Carried | undefined {
  return b3Multi(
    headers.last('x-b3-traceid', parseB3TraceId),
    headers.last('x-b3-spanid', parseB3SpanId),
    headers.last('x-b3-sampled', parseB3Sampled),
    headers.last('x-b3-flags', parseB3Flags) ?? false,
  );
}

/** The first encoding of B3 that has ids; a state that stands alone in `first` still decides (`b3: 0` denies). */
function firstWithIds(first: Carried | undefined, second: () => Carried | undefined): Carried | undefined {
  if (first?.context !== undefined) return first;
  const other = second();
  if (first === undefined || other?.context === undefined) return first ?? other;
  return { ...first, context: withSampled(other.context, first.sampling !== 'deny') };
}

/** The same context with another sampling decision. */
export function withSampled(context: SpanContext, sampled: boolean): SpanContext {
  return { ...context, traceFlags: sampled ? context.traceFlags | 1 : context.traceFlags & ~1 };
}
