import { HttpError, sendJson, type Route } from '../http/exchange.ts';
import { BodyRoom, readBody } from '../http/read-body.ts';
import { MalformedError } from '../otlp/members.ts';
import type { TraceStore } from '../store/trace-store.ts';
import type { Span } from '../telemetry/span.ts';
import { readTraces } from './read-traces.ts';

/** The longest file, in bytes: what a page saves of twenty thousand spans has about thirty million. */
const longest = 67_108_864;

/** What became of a file of traces. */
export interface ImportReport {
  /** The first trace of it that is in memory: where a studio saved it, the trace that was looked at. Undefined where a limit let none stay. */
  readonly traceId: string | undefined;
  readonly traces: number;
  readonly spans: number;
  /** How many of these spans are not in memory: limits leave room for fewer. */
  readonly dropped: number;
  /** Spans and log lines that could not be read. */
  readonly rejected: number;
  /** Why the first of them could not; empty where none was left out. */
  readonly message: string;
}

/**
 * Adds the traces of a file to the store. Those that no exporter had sent are marked as imported.
 *
 * @param onArrival called after they were added
 * @throws {MalformedError}
 */
export function importTraces(store: TraceStore, text: string, onArrival: () => void): ImportReport {
  const { groups, lines, rejected, message } = readTraces(text);
  const spans = groups.flatMap((group) => group.spans);
  const traceIds = new Set(spans.map(({ traceId }) => traceId));
  const fresh = [...traceIds].filter((id) => store.trace(id) === undefined);
  for (const id of fresh) store.forgetLost(id);
  store.addSpans(groups);
  // A file that is read again must not show every line twice.
  const known = new Set(
    [...new Set(lines.map(({ traceId }) => traceId))].flatMap((id) =>
      (store.trace(id)?.logLines ?? []).map(({ line }) => JSON.stringify(line)),
    ),
  );
  store.addLogLines(lines.filter((line) => !known.has(JSON.stringify(line))));
  for (const id of fresh) store.markImported(id);
  onArrival();
  const traceId = [...traceIds].find((id) => (store.trace(id)?.spans.size ?? 0) > 0);
  return { traceId, traces: traceIds.size, spans: spans.length, dropped: countDropped(store, spans), rejected, message };
}

/** Each span once, however often the file has it. */
function countDropped(store: TraceStore, spans: readonly Span[]): number {
  const dropped = spans.filter(({ traceId, spanId }) => store.trace(traceId)?.spans.has(spanId) !== true);
  return new Set(dropped.map(({ traceId, spanId }) => `${traceId} ${spanId}`)).size;
}

/** Where the page, or curl, sends a file of traces. */
export function importRoute(store: TraceStore, onArrival: () => void): Route {
  // One of the longest, compressed: what is made of a file takes several times its room.
  const room = new BodyRoom(2 * longest);
  return {
    method: 'POST',
    path: /^\/api\/import$/,
    answer: async ({ request, response }) => {
      using share = room.share();
      const body = await readBody(request, longest, share).catch((error: unknown) => {
        throw error instanceof HttpError && error.status === 413
          ? new HttpError(413, `The file has more than ${longest / 1_048_576} MiB, which is the most that is read.`)
          : error;
      });
      try {
        sendJson(response, importTraces(store, body.toString('utf8'), onArrival));
      } catch (error) {
        throw error instanceof MalformedError ? new HttpError(400, `${error.message}.`, { cause: error }) : error;
      }
    },
  };
}
