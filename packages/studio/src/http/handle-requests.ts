import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { HttpError, sendJson, type Route } from './exchange.ts';

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
 * @param admit throws an {@link HttpError} for a request that no route should see, such as {@link checkCaller}
 */
export function handleRequests(routes: readonly Route[], admit: (request: IncomingMessage) => void): RequestListener {
  return (request, response) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    void answer(routes, admit, request, response)
      .catch((error: unknown) => fail(response, error))
      // A client that still sends would not see the answer: what is left of the body is let through.
      .finally(() => request.resume());
  };
}

async function answer(
  routes: readonly Route[],
  admit: (request: IncomingMessage) => void,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  admit(request);
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

/**
 * Refuses requests that a page of another site makes in the browser of the developer.
 *
 * By `Host`: a name of that site's that leads to this machine since its page was loaded (DNS rebinding) is none of ours.
 * By `Origin` and `Sec-Fetch-Site`: what that page sends under the right name; a link that leads here is no harm.
 *
 * @param hosts the names and addresses, in lower case and as a URL writes them, that this studio is known by
 * @throws {HttpError} 403
 */
export function checkCaller({ headers }: IncomingMessage, hosts: ReadonlySet<string>): void {
  const host = headers.host?.toLowerCase() ?? '';
  const name = host.replace(/:\d*$/, '');
  if (!hosts.has(name)) {
    throw new HttpError(403, `This studio is not known as "${name}". Where that is its name, start it with that host or allow the host.`);
  }
  const { origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  if (origin !== undefined && origin.toLowerCase() !== `http://${host}`) {
    throw new HttpError(403, `Pages of ${origin} may not speak with this studio.`);
  }
  if ((site === 'cross-site' || site === 'same-site') && mode !== 'navigate') {
    throw new HttpError(403, 'Pages of other sites may not speak with this studio.');
  }
}
