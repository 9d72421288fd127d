import { shortKey } from '../dead-letters/record-index.ts';
import { HttpError, sendJson, type Exchange, type Route } from '../http/exchange.ts';
import { callerOf, checkPage, jsonBody } from '../http/page-request.ts';
import type { ProviderRun } from '../providers/dead-letters.ts';
import type { Diagnosis, DiagnosisRequest, DoctorProvider, FindingExample } from '../providers/doctor.ts';
import { streamRun } from './ask-provider.ts';

const members = ['topics', 'last', 'compare'];
/** The most records of a partition that the page asks for. */
const mostRecords = 100_000;

/**
 * The page of the doctor: the last diagnosis, and a new one when it is asked for.
 *
 * @param url the address of this studio, in which the doctor looks for traces
 * @param log gets a line before and after each diagnosis
 */
export function doctorRoutes(doctor: DoctorProvider, url: () => string, log: (line: string) => void): Route[] {
  let last: { readonly madeAt: number; readonly diagnosis: unknown } | undefined;
  let isRunning = false;

  const diagnose = async ({ request, response }: Exchange): Promise<void> => {
    checkPage(request);
    const asked = requestOf(await jsonBody(request, members), url);
    if (isRunning) throw new HttpError(409, 'A diagnosis is running already.');
    isRunning = true;
    const run = async (given: ProviderRun): Promise<Diagnosis> => {
      const found = await doctor.diagnose(asked, given);
      // What was cut off says nothing of what it did not come to: the one before it stays.
      given.signal.throwIfAborted();
      return found;
    };
    const what = `diagnosis of ${asked.topics?.join(', ') ?? 'all topics'} by ${callerOf(request)}`;
    try {
      log(`${what}: started`);
      const shown = (found: Diagnosis): unknown => (last = { madeAt: Date.now(), diagnosis: shownDiagnosis(found) });
      const ended = await streamRun(response, run, shown);
      log(`${what}: ${'error' in ended ? `failed: ${JSON.stringify(ended.error)}` : summaryOf(ended.result)}`);
    } finally {
      isRunning = false;
    }
  };
  return [
    { method: 'GET', path: /^\/api\/doctor$/, answer: ({ response }) => sendJson(response, { last: last ?? null }) },
    { method: 'POST', path: /^\/api\/doctor$/, answer: diagnose },
  ];
}

/** @throws {HttpError} 400 */
function requestOf({ topics, last, compare }: Readonly<Record<string, unknown>>, url: () => string): DiagnosisRequest {
  if (topics !== undefined && !isTopics(topics)) throw new HttpError(400, '"topics" must be a list of names of topics.');
  if (last !== undefined && !(Number.isSafeInteger(last) && (last as number) >= 1 && (last as number) <= mostRecords))
    throw new HttpError(400, `"last" must be a whole number from 1 to ${mostRecords}.`);
  if (compare !== undefined && typeof compare !== 'boolean') throw new HttpError(400, '"compare" must be true or false.');
  return {
    ...(topics !== undefined && { topics }),
    ...(last !== undefined && { last: last as number }),
    ...(compare === true && { studioUrl: url() }),
  };
}

function isTopics(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string' && /^[\w.-]{1,249}$/.test(name));
}

function shownDiagnosis({ topics, ...diagnosis }: Diagnosis): object {
  const shown = topics.map(({ findings, ...topic }) => ({
    ...topic,
    findings: findings.map(({ examples, ...finding }) => ({ ...finding, examples: examples.map(shownExample) })),
  }));
  return { ...diagnosis, topics: shown };
}

function shownExample({ key, ...example }: FindingExample): object {
  return key === undefined ? example : { ...example, key: shortKey(key) };
}

function summaryOf({ records, topics, partial }: Diagnosis): string {
  const ill = topics.filter(({ findings }) => findings.length > 0).length;
  const unread = topics.filter(({ unreadPartitions }) => unreadPartitions > 0).length;
  const read = `${records} records of ${topics.length} topics read${partial ? ' before it was ended' : ''}`;
  return `${read}, ${ill} topics with findings${unread === 0 ? '' : `, ${unread} not read to the end`}`;
}
