import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { handleRequests, receiveRoutes, SpanGroup } from '@tracelink/studio/internal';
import { formatTrace } from '../drawing/format-trace.ts';
import { TestingError } from '../errors/testing-error.ts';
import { beforeTimeout } from '../errors/timeout.ts';
import { receivedSpans, type ReceivedSpan } from '../spans/received-span.ts';

interface OtlpRoutes {
  readonly handleRequests: typeof handleRequests;
  readonly receiveRoutes: typeof receiveRoutes;
}

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
 * Receives the spans of other processes by OTLP/HTTP, in protobuf or JSON, for tests and demos. Start those processes with
 * `OTEL_EXPORTER_OTLP_ENDPOINT` set to {@link endpoint}, and `OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf` where that is not their
 * default. Metrics and logs are accepted and dropped. It keeps all spans in memory and is no back end.
 */
export class OtlpReceiver implements AsyncDisposable {
  /** The base URL, for `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint: string;
  readonly #server: Server;
  readonly #spans: ReceivedSpan[] = [];
  /** Called after each request that brought spans, and once with an error when the receiver stops. */
  readonly #watchers = new Set<(stopped?: TestingError) => void>();

  private constructor(server: Server, maxBodyBytes: number, studio: OtlpRoutes) {
    this.#server = server;
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const sink = {
      addSpans: (groups: readonly SpanGroup[]) => {
        for (const span of receivedSpans(groups)) this.#spans.push(span);
      },
      addLogLines: () => {},
      addMetrics: () => {},
    };
    const routes = studio.receiveRoutes(sink, maxBodyBytes, () => {
      for (const watcher of this.#watchers) watcher();
    });
    server.on(
      'request',
      studio.handleRequests(routes, () => {}),
    );
  }

  /** Resolves when the receiver listens; rejects with Node's error when the port is taken. */
  static async start({ port = 0, maxBodyBytes = 16_777_216 }: OtlpReceiverOptions = {}): Promise<OtlpReceiver> {
    // Most tests receive nothing from other processes, and need not load the reader.
    const studio = await import('@tracelink/studio/internal');
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new OtlpReceiver(server, maxBodyBytes, studio);
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
}
