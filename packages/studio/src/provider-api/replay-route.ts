import { HttpError, type Exchange, type Route } from '../http/exchange.ts';
import { callerOf, checkPage, jsonBody } from '../http/page-request.ts';
import type { DeadLetterProvider, RecordPlace, ReplayReport, ReplayRequest } from '../providers/dead-letters.ts';
import { streamRun } from './ask-provider.ts';

const members = ['dryRun', 'errorClass', 'traceId', 'record'];

/**
 * Sends records of a topic again, or says what would be sent.
 *
 * @param log gets a line before and after each
 */
export function replayRoute(provider: DeadLetterProvider, log: (line: string) => void): Route {
  let isSending = false;

  const answer = async ({ request, response, parts: [topic = ''] }: Exchange): Promise<void> => {
    checkPage(request);
    const asked = requestOf(topic, await jsonBody(request, members));
    const sends = !asked.dryRun;
    if (sends && !provider.canReplay) throw new HttpError(403, 'This studio is read only: it was started without --allow-replay.');
    if (sends && isSending) throw new HttpError(409, 'A replay is running already.');
    if (sends) isSending = true;
    const what = `${sends ? 'replay' : 'dry run'} of ${selectionOf(asked)} by ${callerOf(request)}`;
    try {
      log(`${what}: started`);
      const ended = await streamRun(
        response,
        (run) => provider.replay(asked, run),
        (report) => report,
      );
      log(`${what}: ${'error' in ended ? `failed: ${JSON.stringify(ended.error)}` : summaryOf(ended.result)}`);
    } finally {
      if (sends) isSending = false;
    }
  };
  return { method: 'POST', path: /^\/api\/dead-letters\/([\w.-]{1,249})\/replay$/, answer };
}

/** @throws {HttpError} 400 */
function requestOf(topic: string, { dryRun, errorClass, traceId, record }: Readonly<Record<string, unknown>>): ReplayRequest {
  // Named each time: what is left out must not send.
  if (typeof dryRun !== 'boolean') throw new HttpError(400, '"dryRun" must be true or false.');
  if (errorClass !== undefined && (typeof errorClass !== 'string' || errorClass === ''))
    throw new HttpError(400, '"errorClass" must be a name.');
  if (traceId !== undefined && !(typeof traceId === 'string' && /^[\da-f]{32}$/.test(traceId)))
    throw new HttpError(400, '"traceId" must be 32 hexadecimal digits.');
  if (record !== undefined && !isPlace(record)) throw new HttpError(400, '"record" must be a place: { "partition": 0, "offset": "7" }.');
  return {
    topic,
    dryRun,
    ...(errorClass !== undefined && { errorClass }),
    ...(traceId !== undefined && { traceId }),
    ...(record !== undefined && { record: { partition: record.partition, offset: record.offset } }),
  };
}

function isPlace(value: unknown): value is RecordPlace {
  if (typeof value !== 'object' || value === null) return false;
  const { partition, offset } = value as Partial<Record<string, unknown>>;
  return Number.isSafeInteger(partition) && (partition as number) >= 0 && typeof offset === 'string' && /^\d{1,18}$/.test(offset);
}

/** What was asked for, on one line of the log whatever it holds. */
function selectionOf({ topic, errorClass, traceId, record }: ReplayRequest): string {
  const parts = [
    ...(record === undefined ? [] : [`record ${record.partition}/${record.offset}`]),
    ...(errorClass === undefined ? [] : [`error ${JSON.stringify(errorClass)}`]),
    ...(traceId === undefined ? [] : [`trace ${traceId}`]),
  ];
  return `${parts.length === 0 ? 'all records' : parts.join(', ')} of ${topic}`;
}

function summaryOf({ counts, ended, traceId }: ReplayReport): string {
  const counted = Object.entries(counts).map(([outcome, count]) => `${outcome} ${count}`);
  return `${counted.join(', ')}, ended ${ended}${traceId === undefined ? '' : `, trace ${traceId}`}`;
}
