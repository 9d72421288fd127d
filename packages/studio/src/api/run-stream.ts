import type { ServerResponse } from 'node:http';
import type { ProviderRun } from '../providers/provider-run.ts';
import { clientGone, errorText } from './provided.ts';

/** Milliseconds between two lines of progress. */
const pause = 250;

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
