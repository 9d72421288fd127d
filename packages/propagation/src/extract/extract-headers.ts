import type { SpanContext } from '@opentelemetry/api';
import type { HeaderFormat } from '../formats/header-format.ts';
import { globalCreationContext, readGlobally } from '../global/global-propagator.ts';
import { TraceHeaders } from '../headers/trace-headers.ts';
import { countConflicts, countMalformed } from './counters.ts';
import { Extraction, type Trust, emptyExtraction, linkOnly } from './extraction.ts';
import { Findings, type FindingsSettings } from './findings.ts';
import { readLastHop, sayMissed } from './last-hop.ts';

/** How headers are read. */
export interface ExtractSettings extends FindingsSettings {
  /** How far the headers of a topic are believed. */
  trust(topic: string): Trust;
}

/** See `KafkaPropagation.extract`. */
export function extractHeaders(headers: unknown, topic: string, settings: ExtractSettings): Extraction {
  const trust = settings.trust(topic);
  if (trust === 'ignore') return emptyExtraction(trust);
  const known = new TraceHeaders(headers);
  const { formats } = settings;
  const global = formats === undefined ? readGlobally(headers, known) : undefined;
  if (known.isEmpty && global?.base === undefined) return emptyExtraction(trust);
  const reading = global ?? readLastHop(known, formats ?? []);
  if (reading.context === undefined && formats !== undefined) sayMissed(known, formats);
  const extraction =
    trust === 'link' ? linkOnly(reading) : new Extraction(trust, reading, new Findings(known, settings, reading.context, global?.base));
  if (reading.conflicts.length > 0) countConflicts(reading.conflicts.length);
  countMalformed(known);
  return extraction;
}

/** See `KafkaPropagation.creationContext`. */
export function creationContextOf(headers: unknown, { formats }: ExtractSettings): SpanContext | undefined {
  if (headers === undefined || headers === null) return undefined;
  const known = new TraceHeaders(headers);
  if (formats === undefined) return globalCreationContext(headers, known);
  return known.isEmpty ? undefined : readLastHop(known, hopsOf(formats)).context;
}

const hopFormats = new WeakMap<readonly HeaderFormat[], readonly HeaderFormat[]>();

/** Those that hold the last hop's context: what a producer asks of every message. */
function hopsOf(formats: readonly HeaderFormat[]): readonly HeaderFormat[] {
  let hops = hopFormats.get(formats);
  if (hops === undefined) hopFormats.set(formats, (hops = formats.filter(({ carries }) => carries === 'hop')));
  return hops;
}
