import { AdvanceableClock } from './clock.ts';
import { Cluster } from './cluster/cluster.ts';
import { EmbeddedKafkaError } from './embedded-kafka-error.ts';
import { Listener } from './server/listener.ts';

/** Options of {@link EmbeddedKafka.start}. */
export interface EmbeddedKafkaOptions {
  /**
   * Topics that are there from the start, with their numbers of partitions.
   * @default {}
   */
  readonly topics?: Readonly<Record<string, number>>;
  /**
   * How many brokers the cluster has: each listens on a port of its own and leads its share of the partitions.
   * @default 1
   */
  readonly brokers?: number;
  /**
   * The address to listen on, which clients are told too.
   * @default '127.0.0.1'
   */
  readonly host?: string;
  /**
   * The port of the first broker; the others get the ports after it. 0 is any that is free.
   * @default 0
   */
  readonly port?: number;
  /**
   * Partitions of a topic that a client makes by asking for it.
   * @default 1
   */
  readonly defaultPartitions?: number;
  /**
   * Whether a topic that a client asks for by name is made, as Apache Kafka does by `auto.create.topics.enable`.
   * @default true
   */
  readonly autoCreateTopics?: boolean;
  /**
   * Gets a line for each connection that was closed because of what came in on it.
   * @default nobody
   */
  readonly log?: (line: string) => void;
}

/** Kafka brokers inside this process, in memory: for tests, demos and one developer's machine. */
export class EmbeddedKafka implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #listeners: readonly Listener[];

  private constructor(cluster: Cluster, listeners: readonly Listener[]) {
    this.#cluster = cluster;
    this.#listeners = listeners;
  }

  /**
   * Starts the brokers and resolves when they listen.
   *
   * @throws {EmbeddedKafkaError} `invalid_option`; `cannot_listen` when the port is taken or the address is not this machine's
   */
  static async start(options: EmbeddedKafkaOptions = {}): Promise<EmbeddedKafka> {
    const { topics = {}, brokers = 1, host = '127.0.0.1', port = 0, defaultPartitions = 1, autoCreateTopics = true } = options;
    const { log = () => {} } = options;
    count('brokers', brokers, 1);
    count('defaultPartitions', defaultPartitions, 1);
    count('port', port, 0);
    const cluster = new Cluster({ clock: new AdvanceableClock(), brokers, defaultPartitions, autoCreateTopics });
    for (const [name, partitions] of Object.entries(topics)) {
      count(`topics['${name}']`, partitions, 1);
      const refusal = cluster.topics.refuse({ name, partitions });
      if (refusal !== undefined) throw new EmbeddedKafkaError('invalid_option', `topics: ${refusal.message}`);
      cluster.topics.create({ name, partitions });
    }
    const listeners = Array.from({ length: brokers }, (_, index) => new Listener({ cluster, nodeId: index + 1, log }));
    const kafka = new EmbeddedKafka(cluster, listeners);
    try {
      for (const [index, listener] of listeners.entries()) {
        const listening = await listener.listen(host, port === 0 ? 0 : port + index);
        cluster.nodes.push({ nodeId: index + 1, host, port: listening });
      }
    } catch (error) {
      await kafka.stop();
      throw error;
    }
    return kafka;
  }

  /** `host:port` of each broker, as clients take them. */
  get brokers(): string[] {
    return this.#cluster.nodes.map(({ host, port }) => `${host}:${port}`);
  }

  /** Closes all ports and connections and forgets all records. May be called again. */
  async stop(): Promise<void> {
    this.#cluster.close();
    await Promise.all(this.#listeners.map((listener) => listener.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

function count(option: string, value: number, min: number): void {
  if (Number.isInteger(value) && value >= min) return;
  throw new EmbeddedKafkaError('invalid_option', `${option} is a whole number from ${min} on, not ${value}`);
}
