import type { SpanContext } from '@opentelemetry/api';
import type { HeaderFormat } from '../formats/header-format.ts';
import { readGlobally } from '../global/global-propagator.ts';
import { standardPropagator } from '../global/standard-propagator.ts';
import { isApplicationsOnly } from '../headers/application-headers.ts';
import { TraceHeaders } from '../headers/trace-headers.ts';
import { countConflicts, countMalformed } from './counters.ts';
import { Extraction, type Trust, emptyExtraction, leaveUndecided, linkOnly, noConflicts } from './extraction.ts';
import { type FindingsSettings, LazyFindings, noFindings, untrustedFindings } from './findings.ts';
import { readLastHop, sayMissed } from './last-hop.ts';
import { readPlainHeaders } from './plain-headers.ts';

/** How headers are read. */
export interface ExtractSettings extends FindingsSettings {
  /** How far the headers of a topic are believed. */
  trust(topic: string): Trust;
}

/** See `KafkaPropagation.extract`. */
export function extractHeaders(headers: unknown, topic: string, settings: ExtractSettings): Extraction {
  const trust = settings.trust(topic);
  if (trust === 'ignore') return emptyExtraction(trust, untrustedFindings(headers));
  if (trust === 'link') return extractGenerally(headers, trust, settings);
  return readPlainHeaders(headers, plainFormats(settings)) ?? extractGenerally(headers, trust, settings);
}

/** The formats of which the usual header can be read without asking a propagator; `undefined` where that is not known. */
function plainFormats({ formats }: ExtractSettings): readonly HeaderFormat[] | undefined {
  return formats ?? standardPropagator()?.reads;
}

/** Any headers, with everything that may disagree in them. */
export function extractGenerally(headers: unknown, trust: Trust, settings: ExtractSettings): Extraction {
  const known = new TraceHeaders(headers);
  const { formats } = settings;
  const global = formats === undefined ? readGlobally(headers, known) : undefined;
  if (known.isEmpty && global?.base === undefined) {
    return emptyExtraction(trust, trust === 'trusted' ? noFindings : untrustedFindings(headers, global));
  }
  const reading = global ?? readLastHop(known, formats ?? []);
  if (reading.context === undefined && formats !== undefined) sayMissed(known, formats);
  if (reading.conflicts.length > 0) countConflicts(reading.conflicts.length);
  countMalformed(known);
  if (trust === 'link') return linkOnly(reading, untrustedFindings(headers, global && { context: global.context }));
  return new Extraction(trust, reading, reading.conflicts, new LazyFindings(known, settings, reading.context, global?.base));
}

/** See `KafkaPropagation.creationContext`. */
export function creationContextOf(headers: unknown, settings: ExtractSettings): SpanContext | undefined {
  if (headers === undefined || headers === null) return undefined;
  const formats = plainFormats(settings);
  if (formats !== undefined && isApplicationsOnly(headers)) return undefined;
  return readPlainHeaders(headers, formats)?.creationContext ?? creationContextGenerally(headers, settings);
}

/** The same for any headers. */
export function creationContextGenerally(headers: unknown, { formats }: ExtractSettings): SpanContext | undefined {
  const known = new TraceHeaders(headers);
  if (formats !== undefined && known.isEmpty) return undefined;
  const { context, sampling } = formats === undefined ? readGlobally(headers, known) : readLastHop(known, hopsOf(formats));
  if (sampling === 'defer') leaveUndecided(context, noConflicts);
  return context;
}

const hopFormats = new WeakMap<readonly HeaderFormat[], readonly HeaderFormat[]>();

/** Those that hold the last hop's context: what a producer asks of every message. */
function hopsOf(formats: readonly HeaderFormat[]): readonly HeaderFormat[] {
  let hops = hopFormats.get(formats);
  if (hops === undefined) hopFormats.set(formats, (hops = formats.filter(({ carries }) => carries === 'hop')));
  return hops;
}
