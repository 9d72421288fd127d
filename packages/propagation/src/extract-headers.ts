import { type Baggage, type SpanContext, propagation } from '@opentelemetry/api';
import type { Relation } from './extraction.ts';
import type { Format } from './format.ts';
import { type GlobalReading, readGlobally } from './global-propagator.ts';
import { type Findings, HeaderExtraction, emptyExtraction, linkOnly } from './header-extraction.ts';
import type { Settings } from './kafka-propagation-options.ts';
import { countConflicts, countMalformed } from './propagation-counters.ts';
import { filterBaggage, readBaggage, readBaggageWithJaeger } from './read-baggage.ts';
import { type Reading, readContext } from './read-context.ts';
import { readFormat } from './read-format.ts';
import { readSw8 } from './read-sw8.ts';
import { TraceHeaders } from './trace-headers.ts';
import { parseTraceProgress } from './trace-progress.ts';
import { parseTraceparent } from './traceparent.ts';

/** See `KafkaPropagation.extract`. */
export function extractHeaders(headers: unknown, topic: string, settings: Settings): HeaderExtraction {
  const trust = settings.trust(topic);
  if (trust === 'ignore') return emptyExtraction(trust);
  const known = new TraceHeaders(headers);
  const global = settings.formats === undefined ? readGlobally(headers, known) : undefined;
  if (known.isEmpty && global?.base === undefined) return emptyExtraction(trust);
  const reading = global ?? readContext(known, settings.formats?.extract ?? []);
  const extraction =
    trust === 'link' ? linkOnly(reading) : new HeaderExtraction(trust, reading, findings(known, settings, reading, global));
  if (reading.conflicts.length > 0) countConflicts(reading.conflicts.length);
  if (known.malformed.size > 0) countMalformed(known.malformed);
  return extraction;
}

function findings(headers: TraceHeaders, settings: Settings, reading: Reading, global: GlobalReading | undefined): Findings {
  const formats = settings.formats?.extract ?? [];
  return {
    origin: headers.last('tracelink-origin', parseTraceparent) ?? eventOrigin(headers, settings) ?? reading.context,
    relation: headers.last('tracelink-relation', parseRelation),
    progress: headers.last('tracelink-trace', parseTraceProgress),
    baggage: filterBaggage(receivedBaggage(headers, formats, global), settings.baggageKeys),
    sw8: formats.includes('sw8') ? readSw8(headers) : undefined,
    // `asParent` sets the baggage again, so what the allow-list dropped must not come back with the base.
    base: global?.base && propagation.deleteBaggage(global.base),
  };
}

function receivedBaggage(headers: TraceHeaders, formats: readonly Format[], global: GlobalReading | undefined): Baggage | undefined {
  if (global !== undefined) return global.base && propagation.getBaggage(global.base);
  return formats.includes('jaeger') ? readBaggageWithJaeger(headers) : readBaggage(headers);
}

/** A CloudEvent's own trace headers hold the context in which the event began. */
function eventOrigin(headers: TraceHeaders, settings: Settings): SpanContext | undefined {
  return settings.formats?.extract.includes('cloudevents') === true ? readFormat('cloudevents', headers)?.context : undefined;
}

function parseRelation(text: string): Relation | undefined {
  return text === 'parent' || text === 'link' ? text : undefined;
}
