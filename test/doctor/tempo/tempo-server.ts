import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server answers: a body, which is JSON where it is an object. */
export interface GivenAnswer {
  readonly status: number;
  readonly body: string | object;
}

/** An HTTP server that gives answers which were recorded or written by a documentation. */
export interface AnsweringServer {
  readonly url: string;
  /** Its requests, in order. */
  readonly asked: { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  /** Answers to paths; to others with 404, and to `/api/echo` behind any prefix as Tempo does. */
  answer(answers: Readonly<Record<string, GivenAnswer>>): void;
  stop(): void;
}

const echo: GivenAnswer = { status: 200, body: 'echo' };
const notFound: GivenAnswer = { status: 404, body: '404 page not found\n' };

export async function startAnswering(): Promise<AnsweringServer> {
  const asked: AnsweringServer['asked'] = [];
  let given: Readonly<Record<string, GivenAnswer>> = {};
  const server = createServer(({ url: path = '', headers }, response) => {
    asked.push({ path, headers });
    const { status, body } = given[path] ?? (path === '/api/echo' ? echo : notFound);
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer(answers) {
      given = answers;
      asked.length = 0;
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
