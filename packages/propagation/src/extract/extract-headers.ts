import { HeaderExtraction, emptyExtraction, linkOnly } from './extraction.ts';
import type { Extraction } from './extraction-interface.ts';
import { HeaderFindings } from './findings.ts';
import { readGlobally } from '../global/global-propagator.ts';
import type { Settings } from '../propagation/options.ts';
import { countConflicts, countMalformed } from './counters.ts';
import { readContext } from './read-context.ts';
import { TraceHeaders } from '../headers/trace-headers.ts';

/** See `KafkaPropagation.extract`. */
export function extractHeaders(headers: unknown, topic: string, settings: Settings): Extraction {
  const trust = settings.trust(topic);
  if (trust === 'ignore') return emptyExtraction(trust);
  const known = new TraceHeaders(headers);
  const global = settings.formats === undefined ? readGlobally(headers, known) : undefined;
  if (known.isEmpty && global?.base === undefined) return emptyExtraction(trust);
  const reading = global ?? readContext(known, settings.formats?.extract ?? []);
  const extraction =
    trust === 'link' ? linkOnly(reading) : new HeaderExtraction(trust, reading, new HeaderFindings(known, settings, reading, global));
  if (reading.conflicts.length > 0) countConflicts(reading.conflicts.length);
  countMalformed(known);
  return extraction;
}
