import type { ServerResponse } from 'node:http';
import { HttpError } from '../http/exchange.ts';
import type { MissingCode, ProviderRun } from '../providers/dead-letters.ts';

/** Milliseconds between two lines of progress. */
const pause = 250;

/** The codes of a provider's errors that say that what was asked for does not exist. */
const missing: readonly unknown[] = ['topic_missing', 'record_missing'] satisfies readonly MissingCode[];

/**
 * What a provider answers; its errors are told to the client.
 *
 * @throws {HttpError} 404: what was asked for does not exist; 502: any other error, which is the fault of what is behind the provider
 */
export async function provided<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof HttpError) throw cause;
    const isMissing = cause instanceof Error && 'code' in cause && missing.includes(cause.code);
    throw new HttpError(isMissing ? 404 : 502, errorText(cause), { cause });
  }
}

function errorText(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}

/** A signal that is aborted when the client goes before its answer is complete. */
export function clientGone(response: ServerResponse): AbortSignal {
  const control = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) control.abort(new Error('The page has gone.'));
  });
  return control.signal;
}

/**
 * Answers with what a run tells while it goes on, one JSON object a line: `{"progress":"…"}`, and at its end `{"result":…}` or
 * `{"error":"…"}`. The run ends when the client goes.
 *
 * @returns how it ended: the error's message, or `undefined`
 */
export async function streamRun<T>(
  response: ServerResponse,
  run: (run: ProviderRun) => Promise<T>,
  shown: (result: T) => unknown,
): Promise<{ readonly result: T } | { readonly error: string }> {
  const signal = clientGone(response);
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  response.flushHeaders();
  let words = '';
  let told = '';
  const write = (line: object): void => void (response.writable && response.write(`${JSON.stringify(line)}\n`));
  const timer = setInterval(() => {
    // What waits to be sent says nearly the same.
    if (words === told || response.writableNeedDrain) return;
    told = words;
    write({ progress: words });
  }, pause);
  try {
    const result = await run({ signal, progress: (what) => (words = what) });
    write({ result: shown(result) });
    return { result };
  } catch (error) {
    write({ error: errorText(error) });
    return { error: errorText(error) };
  } finally {
    clearInterval(timer);
    response.end();
  }
}
