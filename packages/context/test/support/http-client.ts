import { once } from 'node:events';
import { request as ask, type IncomingMessage } from 'node:http';

/** The body of the answer, which must be JSON. */
export async function fetchJson(url: string, options: object, body?: string): Promise<unknown> {
  return bodyOf(await send(url, options, body));
}

/** `node:http`'s own client: `fetch` would make spans where it is instrumented, and has no agent. */
export async function send(url: string, options: object, body?: string): Promise<IncomingMessage> {
  const sent = ask(url, options);
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

export async function bodyOf(response: IncomingMessage): Promise<unknown> {
  return JSON.parse((await response.toArray()).map(String).join(''));
}
