import type { IncomingMessage } from 'node:http';
import { HttpError } from './http-error.ts';

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
