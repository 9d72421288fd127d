import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { checkCaller } from './check-caller.ts';
import { sendJson, type Route } from './exchange.ts';
import { HttpError } from './http-error.ts';

/** On every response: whatever it holds, a browser runs no script but the page's own and tells no other site of it. */
const securityHeaders = {
  'content-security-policy': "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * Answers requests by the first route that fits, and with an error as JSON where none does or where it fails.
 *
 * @param hosts what the studio is known by; see {@link checkCaller}
 */
export function handleRequests(routes: readonly Route[], hosts: ReadonlySet<string>): RequestListener {
  return (request, response) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    void answer(routes, hosts, request, response)
      .catch((error: unknown) => fail(response, error))
      // A client that still sends would not see the answer: what is left of the body is let through.
      .finally(() => request.resume());
  };
}

async function answer(
  routes: readonly Route[],
  hosts: ReadonlySet<string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  checkCaller(request, hosts);
  const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
  const here = routes.filter((route) => route.path.test(path));
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const route = here.find((candidate) => candidate.method === method);
  if (route !== undefined) {
    const parts = (route.path.exec(path) ?? []).slice(1);
    return route.answer({ request, response, parts, query: new URLSearchParams(query) });
  }
  if (here.length === 0) throw new HttpError(404, `There is nothing at ${path}.`);
  response.setHeader('allow', here.map((candidate) => candidate.method).join(', '));
  throw new HttpError(405, `${path} is not for ${request.method}.`);
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const status = error instanceof HttpError ? error.status : 500;
  sendJson(response, { error: error instanceof Error ? error.message : String(error) }, status);
}
