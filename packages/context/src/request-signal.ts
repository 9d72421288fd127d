import type { ServerResponse } from 'node:http';
import { ContextError } from './context-error.ts';

/**
 * The signal of a request: aborted when its client is gone before the response was complete, or after `timeout`
 * milliseconds. A response that was sent whole aborts nothing.
 *
 * The reason is a {@link ContextError}, `client_gone` or `request_timeout`.
 */
export function requestSignal(response: ServerResponse, timeout: number | undefined): AbortSignal {
  const controller = new AbortController();
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(() => controller.abort(new ContextError('request_timeout', `The request took longer than ${timeout} ms.`)), timeout);
  response.once('close', () => {
    clearTimeout(timer);
    if (!response.writableFinished)
      controller.abort(new ContextError('client_gone', 'The connection closed before the response was complete.'));
  });
  return controller.signal;
}
