import type { ServerResponse } from 'node:http';
import type { Exchange, Route } from '../http/exchange.ts';

/** Between two events at least, in milliseconds. */
const pause = 500;
/** After so long without an event a line is written, in milliseconds: a connection that is gone is noticed. */
const heartbeat = 15_000;

/** Tells every open page that something arrived, by server-sent events, and not more often than it can draw. */
export class LiveEvents {
  readonly #clients = new Set<ServerResponse>();
  readonly #heartbeat: NodeJS.Timeout;
  #next: NodeJS.Timeout | undefined;
  #lastAt = -Infinity;

  /** Makes a response a stream of events, until its client goes. */
  readonly route: Route = { method: 'GET', path: /^\/api\/live$/, answer: (exchange) => this.#add(exchange) };

  constructor() {
    this.#heartbeat = setInterval(() => this.#write(':\n\n'), heartbeat).unref();
  }

  /** Something arrived: the pages hear of it now, or when the pause is over. */
  changed(): void {
    if (this.#next !== undefined) return;
    const wait = Math.max(0, this.#lastAt + pause - performance.now());
    this.#next = setTimeout(() => {
      this.#next = undefined;
      this.#lastAt = performance.now();
      this.#write('event: changed\ndata: spans or log lines\n\n');
    }, wait);
  }

  close(): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#next);
  }

  #add({ request, response }: Exchange): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    // Its answer has no body, and would hold up what else comes over the connection for ever.
    if (request.method === 'HEAD') return void response.end();
    response.write(':\n\n');
    this.#clients.add(response);
    response.once('close', () => this.#clients.delete(response));
  }

  #write(text: string): void {
    for (const client of this.#clients) {
      // What waits to be sent says the same already, or is not read at all.
      if (!client.writableNeedDrain) client.write(text);
    }
  }
}
