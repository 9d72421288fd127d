import { setTimeout as wait } from 'node:timers/promises';
import { checkDuration } from './check-number.ts';
import type { Cluster } from './cluster/cluster.ts';
import { Gate } from './server/gate.ts';
import { Listener, type ListenerOptions } from './server/listener.ts';

/** One broker of the cluster, for tests that make it fail. Its port stays its own, also while it is down. */
export class BrokerHandle {
  readonly nodeId: number;
  readonly host: string;
  readonly #cluster: Cluster;
  readonly #gate = new Gate();
  readonly #listener: Listener;
  #port: number;

  constructor(options: Omit<ListenerOptions, 'gate'>, host: string, port: number) {
    this.nodeId = options.nodeId;
    this.host = host;
    this.#port = port;
    this.#cluster = options.cluster;
    this.#listener = new Listener({ ...options, gate: this.#gate });
  }

  get port(): number {
    return this.#port;
  }

  /** Listens for the first time, which settles the port. */
  async listen(): Promise<void> {
    this.#port = await this.#listener.listen(this.host, this.#port);
  }

  /** Closes the port and all connections, and takes the broker out of the cluster for good. */
  async close(): Promise<void> {
    this.#gate.open();
    await this.#listener.close();
  }

  /**
   * The broker goes down, and its clients' connections with it. What it led and coordinated goes to the next broker that
   * is up; where there is none it waits, with all records, for the broker's return. May be called again.
   */
  async stop(): Promise<void> {
    if (!this.#cluster.nodes.isUp(this.nodeId)) return;
    this.#cluster.nodeDown(this.nodeId);
    await this.close();
  }

  /**
   * The broker comes back on its port, with all records. May be called again.
   *
   * @throws {EmbeddedKafkaError} `cannot_listen` when somebody else took the port meanwhile
   */
  async start(): Promise<void> {
    if (this.#cluster.nodes.isUp(this.nodeId)) return;
    await this.#listener.listen(this.host, this.#port);
    this.#cluster.nodeUp(this.nodeId);
  }

  /**
   * Stops the broker and starts it again.
   *
   * @param options `downMs`: how long it is down, in milliseconds of real time, as its clients wait in real time. Default 0
   * @throws {EmbeddedKafkaError} `invalid_option`, before it stops; `cannot_listen` when another process took the port meanwhile
   */
  async restart({ downMs = 0 }: { readonly downMs?: number } = {}): Promise<void> {
    checkDuration('downMs', downMs);
    await this.stop();
    await wait(downMs);
    await this.start();
  }

  /** New connections are refused, as if nobody listened. Those that there are go on. {@link accept} ends it. */
  refuse(): void {
    this.#listener.refuse();
  }

  /** Takes new connections again. */
  async accept(): Promise<void> {
    await this.#listener.listen(this.host, this.#port);
  }

  /** The broker takes connections and requests, and does and answers none, until {@link resume}. */
  pause(): void {
    this.#gate.close();
  }

  /** Does and answers what came while the broker was paused. */
  resume(): void {
    this.#gate.open();
  }

  /** Closes all connections. Clients may connect again at once. */
  async dropConnections(): Promise<void> {
    await this.#listener.drop();
  }
}
