import type { LogLine, SpanGroup } from '../telemetry/span.ts';
import { MalformedError, type PartialSuccess } from '../otlp/members.ts';
import { parseLogLines } from '../otlp/parse-log-lines.ts';
import { parseSpans } from '../otlp/parse-spans.ts';
import { parseJaegerTraces } from './jaeger-traces.ts';

/** What a file brought. */
export interface ReadTraces {
  readonly groups: readonly SpanGroup[];
  readonly lines: readonly LogLine[];
  /** Of spans and log lines. */
  readonly rejected: number;
  /** Why the first was left out; empty where none was. */
  readonly message: string;
}

/**
 * Reads what was saved of traces: OTLP's JSON as this studio writes it, a line for each request as the Collector's file exporter writes it,
 * or the JSON of Jaeger's page and API.
 *
 * @throws {MalformedError} for what is none of them, and where no span of it can be read
 */
export function readTraces(text: string): ReadTraces {
  const documents = parseDocuments(text);
  const groups: SpanGroup[] = [];
  const lines: LogLine[] = [];
  const partials: PartialSuccess[] = [];
  for (const document of documents) {
    const kind = kindOf(document);
    if (kind === 'other') {
      throw new MalformedError(
        'This is JSON, but no traces: it has neither "resourceSpans", as OTLP has, nor "data" with spans, as Jaeger has',
      );
    }
    const spans = kind === 'jaeger' ? parseJaegerTraces(document) : parseSpans(document);
    const logs = kind === 'jaeger' ? undefined : parseLogLines(document);
    // One by one: of a file there are more than a call takes arguments.
    for (const group of spans.groups) groups.push(group);
    for (const line of logs?.lines ?? []) lines.push(line);
    for (const { rejections } of [spans, ...(logs === undefined ? [] : [logs])])
      if (rejections.partialSuccess) partials.push(rejections.partialSuccess);
  }
  const rejected = partials.reduce((sum, partial) => sum + partial.rejected, 0);
  const message = partials[0]?.message ?? '';
  if (groups.length === 0) {
    throw new MalformedError(rejected === 0 ? 'There is no span in it' : `None of its spans can be read: ${message}`);
  }
  return { groups, lines, rejected, message };
}

/** The whole as JSON, or each of its lines. */
function parseDocuments(text: string): unknown[] {
  // A byte order mark is no JSON, and some editors write it.
  const content = text.replace(/^\uFEFF/, '').trim();
  try {
    return [JSON.parse(content)];
  } catch (cause) {
    const lines = content.split('\n').filter((line) => line.trim() !== '');
    if (lines.length < 2) throw new MalformedError(`This is not JSON: ${(cause as Error).message}`, { cause });
    return lines.map((line, index) => {
      try {
        return JSON.parse(line);
      } catch (error) {
        // One that fails as a whole and in its first line is a file of another kind, or a long JSON with a fault.
        const where = index === 0 ? (cause as Error).message : `line ${index + 1}: ${(error as Error).message}`;
        throw new MalformedError(`This is not JSON: ${where}`, { cause: error });
      }
    });
  }
}

function kindOf(document: unknown): 'otlp' | 'jaeger' | 'other' {
  if (typeof document !== 'object' || document === null) return 'other';
  // Of what the Collector writes for all signals into one file, metrics are no error.
  if (['resourceSpans', 'resourceLogs', 'resourceMetrics'].some((name) => name in document)) return 'otlp';
  const { data } = document as { readonly data?: unknown };
  const isTrace = (one: unknown): boolean => typeof one === 'object' && one !== null && 'spans' in one && 'processes' in one;
  return Array.isArray(data) && data.every(isTrace) ? 'jaeger' : 'other';
}
