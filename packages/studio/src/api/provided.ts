import type { ServerResponse } from 'node:http';
import { HttpError } from '../http/exchange.ts';

/** What a provider answers; its errors are told to the client, as the fault of what is behind it. @throws {HttpError} 502 */
export async function provided<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof HttpError) throw cause;
    throw new HttpError(502, errorText(cause), { cause });
  }
}

export function errorText(error: unknown): string {
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
