import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatTrace } from '../drawing/format-trace.ts';
import { errorText, TestingError } from '../errors/testing-error.ts';
import { beforeTimeout } from '../errors/timeout.ts';
import type { ReceivedSpan } from '../spans/trace-span.ts';
import { parseOtlpTraces } from './parse-otlp-traces.ts';
import { HttpError, readBody } from './read-body.ts';

/** Options of {@link OtlpReceiver.start}. */
export interface OtlpReceiverOptions {
  /**
   * Port on 127.0.0.1; 0 takes a free one.
   * @default 0
   */
  readonly port?: number;
  /**
   * The longest body of a request, in bytes, compressed and decompressed. A longer one is refused with 413.
   * @default 16_777_216
   */
  readonly maxBodyBytes?: number;
}

/** Options of {@link OtlpReceiver.waitFor}. */
export interface WaitForSpansOptions {
  /**
   * How long to wait, in milliseconds.
   * @default 10_000
   */
  readonly timeout?: number;
}

/**
 * Receives the spans of other processes by OTLP/HTTP in JSON, for tests and demos. Start those processes with
 * `OTEL_EXPORTER_OTLP_PROTOCOL=http/json` and `OTEL_EXPORTER_OTLP_ENDPOINT` set to {@link endpoint}. Metrics and logs are
 * accepted and dropped. It keeps all spans in memory and is no back end.
 */
export class OtlpReceiver implements AsyncDisposable {
  /** The base URL, for `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint: string;
  readonly #server: Server;
  readonly #spans: ReceivedSpan[] = [];
  /** Called after each request that brought spans, and once with an error when the receiver stops. */
  readonly #watchers = new Set<(stopped?: TestingError) => void>();

  private constructor(server: Server, maxBodyBytes: number) {
    this.#server = server;
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      void this.#answer(request, response, maxBodyBytes);
    });
  }

  /** Resolves when the receiver listens; rejects with Node's error when the port is taken. */
  static async start({ port = 0, maxBodyBytes = 16_777_216 }: OtlpReceiverOptions = {}): Promise<OtlpReceiver> {
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new OtlpReceiver(server, maxBodyBytes);
  }

  /** All spans so far, in the order of their arrival. */
  get spans(): readonly ReceivedSpan[] {
    return this.#spans;
  }

  /**
   * Resolves with all spans as soon as they satisfy `satisfied`, which is asked now and after each arrival.
   *
   * @throws {TestingError} `timeout`, with what came as a tree; `abandoned` when the receiver stops meanwhile; `invalid_argument`
   * for a timeout that no timer can wait for
   * @throws what `satisfied` throws
   */
  async waitFor(
    satisfied: (spans: readonly ReceivedSpan[]) => boolean,
    { timeout = 10_000 }: WaitForSpansOptions = {},
  ): Promise<readonly ReceivedSpan[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly ReceivedSpan[]>();
    const watcher = (stopped?: TestingError): void => {
      if (stopped !== undefined) return reject(stopped);
      try {
        if (satisfied(this.#spans)) resolve(this.#spans);
      } catch (error) {
        reject(error);
      }
    };
    this.#watchers.add(watcher);
    watcher();
    try {
      return await beforeTimeout(
        promise,
        timeout,
        () => `The spans that came within ${timeout} ms do not satisfy ${satisfied.toString()}.\n${formatTrace(this.#spans)}`,
      );
    } finally {
      this.#watchers.delete(watcher);
    }
  }

  /** Stops listening and cuts open connections. May be called again. */
  async stop(): Promise<void> {
    for (const watcher of this.#watchers) watcher(new TestingError('abandoned', 'The receiver stopped while a test waited for spans.'));
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #answer(request: IncomingMessage, response: ServerResponse, maxBodyBytes: number): Promise<void> {
    try {
      await this.#receive(request, maxBodyBytes);
      const isJson = isJsonRequest(request);
      // An empty body is the empty protobuf message, which is the answer when all was accepted.
      response.writeHead(200, { 'content-type': isJson ? 'application/json' : 'application/x-protobuf' }).end(isJson ? '{}' : '');
    } catch (error) {
      const status = error instanceof HttpError ? error.status : 400;
      // A client that still sends would not see the answer: what is left of the body is let through.
      request.resume();
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message: errorText(error) }));
    }
  }

  async #receive(request: IncomingMessage, maxBodyBytes: number): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (!['/v1/traces', '/v1/metrics', '/v1/logs'].includes(pathname)) throw new HttpError(404, `Nothing is received at ${pathname}`);
    if (request.method !== 'POST') throw new HttpError(405, 'Telemetry is sent with POST');
    if (pathname === '/v1/traces' && !isJsonRequest(request)) {
      throw new HttpError(415, 'Spans are received as application/json: set OTEL_EXPORTER_OTLP_PROTOCOL=http/json');
    }
    const body = await readBody(request, maxBodyBytes);
    if (pathname !== '/v1/traces') return;
    for (const span of parseOtlpTraces(JSON.parse(body.toString('utf8')))) this.#spans.push(span);
    for (const watcher of this.#watchers) watcher();
  }
}

function isJsonRequest({ headers }: IncomingMessage): boolean {
  return /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');
}
