import { setTimeout as wait } from 'node:timers/promises';
import { checkDuration } from '../core/embedded-kafka-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { Gate } from '../server/flow-control.ts';
import { Listener, type ListenerOptions } from '../server/listener.ts';

/** One broker of the cluster, for tests that make it fail. It keeps its port while it is down. */
export class BrokerHandle {
  /** The broker's id. Starts at 1. */
  readonly nodeId: number;
  /** The address that the broker listens on and that clients are told. */
  readonly host: string;
  readonly #cluster: Cluster;
  readonly #gate = new Gate();
  readonly #listener: Listener;
  /** Aborts when the brokers stop for good. */
  readonly #closed = new AbortController();
  #port: number;

  constructor(options: Omit<ListenerOptions, 'gate'>, host: string, port: number) {
    this.nodeId = options.nodeId;
    this.host = host;
    this.#port = port;
    this.#cluster = options.cluster;
    this.#listener = new Listener({ ...options, gate: this.#gate });
  }

  /** The port that the broker listens on while it is up. */
  get port(): number {
    return this.#port;
  }

  /** Listens for the first time, which settles the port. */
  async listen(): Promise<void> {
    this.#port = await this.#listener.listen(this.host, this.#port);
  }

  /**
   * Closes the port and all connections for good: nothing opens them again. A broker that must return is stopped by
   * {@link stop}.
   */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#disconnect();
  }

  /**
   * Stops the broker and closes its clients' connections. The next broker that is up takes over its partitions, groups
   * and transactional ids; when no broker is up, they wait, with all records, until this broker returns. Calling it
   * again does nothing.
   */
  async stop(): Promise<void> {
    if (!this.#cluster.nodes.isUp(this.nodeId)) return;
    this.#cluster.nodeDown(this.nodeId);
    await this.#disconnect();
  }

  /**
   * Starts the broker again on its port, with all records. Calling it again, or after the whole `EmbeddedKafka` was
   * stopped, does nothing.
   *
   * @throws {EmbeddedKafkaError} `cannot_listen` when another process took the port meanwhile
   */
  async start(): Promise<void> {
    if (this.#cluster.nodes.isUp(this.nodeId)) return;
    if (await this.#reopen()) this.#cluster.nodeUp(this.nodeId);
  }

  /**
   * Stops the broker and starts it again, unless the whole `EmbeddedKafka` is stopped meanwhile.
   *
   * @param options `downMs`: how long the broker stays down, in milliseconds of real time, as clients wait in real
   *   time. Default 0
   * @throws {EmbeddedKafkaError} `invalid_option` before the broker stops; `cannot_listen` when another process took
   *   the port meanwhile
   */
  async restart({ downMs = 0 }: { readonly downMs?: number } = {}): Promise<void> {
    checkDuration('downMs', downMs);
    await this.stop();
    await this.#wait(downMs);
    await this.start();
  }

  /** Refuses new connections, as a closed port does. Open connections continue. {@link accept} ends it. */
  refuse(): void {
    this.#listener.refuse();
  }

  /**
   * Accepts new connections again after {@link refuse}. Does nothing while the broker is stopped, which {@link start}
   * ends, or after the whole `EmbeddedKafka` was stopped.
   *
   * @throws {EmbeddedKafkaError} `cannot_listen` when the broker listens already or another process took the port
   */
  async accept(): Promise<void> {
    if (!this.#cluster.nodes.isUp(this.nodeId)) return;
    await this.#reopen();
  }

  /** Accepts connections and requests, but neither processes nor answers any of them until {@link resume}. */
  pause(): void {
    this.#gate.close();
  }

  /** Processes and answers the requests that arrived while the broker was paused. */
  resume(): void {
    this.#gate.open();
  }

  /** Closes all connections. Clients may reconnect at once. */
  async dropConnections(): Promise<void> {
    await this.#listener.drop();
  }

  /** Closes the port and all connections, with the requests that a pause holds back, and ends the pause. */
  async #disconnect(): Promise<void> {
    await this.#listener.close();
    this.#gate.open();
  }

  /** Opens the port again. @returns false when the brokers stopped for good, before or meanwhile: the port is closed */
  async #reopen(): Promise<boolean> {
    if (this.#closed.signal.aborted) return false;
    await this.#listener.listen(this.host, this.#port);
    if (!this.#closed.signal.aborted) return true;
    await this.#listener.close();
    return false;
  }

  /** Waits in real time, at most until the brokers stop for good. */
  async #wait(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.#closed.signal }).catch(() => {});
  }
}
