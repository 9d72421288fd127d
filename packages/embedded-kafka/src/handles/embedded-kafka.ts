import type { TlsOptions } from 'node:tls';
import { BrokerHandle } from './broker-handle.ts';
import { checkWhole, EmbeddedKafkaError } from '../core/embedded-kafka-error.ts';
import { Clock } from '../core/clock.ts';
import { Cluster } from '../cluster/cluster.ts';
import { maxPartitionsPerRequest } from '../cluster/topics.ts';
import type { ArrivedRequest, FaultMatch } from '../faults/fault.ts';
import type { FaultAction } from '../faults/fault-action.ts';
import type { Interceptor } from '../faults/interceptors.ts';
import { RequestControl } from '../faults/faults.ts';
import { GroupHandle } from './group-handle.ts';
import { SaslServer } from '../security/authentication.ts';
import { checkSaslOptions, type SaslOptions, checkTlsOptions } from '../security/options.ts';
import { TopicHandle } from './topic-handle.ts';
import type { ApiName } from '../wire/apis/apis.ts';

/** Options of {@link EmbeddedKafka.start}. */
export interface EmbeddedKafkaOptions {
  /**
   * Topics to create at the start: their names and partition counts, each from 1 to 10,000.
   * @default {}
   */
  readonly topics?: Readonly<Record<string, number>>;
  /**
   * Number of brokers in the cluster, at least 1. Each listens on its own port and leads its share of the partitions.
   * @default 1
   */
  readonly brokers?: number;
  /**
   * Address to listen on, which clients are told too.
   * @default '127.0.0.1'
   */
  readonly host?: string;
  /**
   * Port of the first broker; the other brokers take the ports after it. 0 takes any free port for each.
   * @default 0
   */
  readonly port?: number;
  /**
   * Partition count of an automatically created topic, from 1 to 10,000.
   * @default 1
   */
  readonly defaultPartitions?: number;
  /**
   * Whether a client creates a topic by asking for its metadata, as with Apache Kafka's `auto.create.topics.enable`.
   * @default true
   */
  readonly autoCreateTopics?: boolean;
  /**
   * Makes the listeners speak TLS. The options are those of `node:tls`: `key` and `cert`; `ca` with `requestCert` for
   * client certificates. The certificate must be valid for `host`.
   * @default no TLS
   */
  readonly tls?: TlsOptions;
  /**
   * Makes clients authenticate by SASL.
   * @default no authentication
   */
  readonly sasl?: SaslOptions;
  /**
   * Receives one line for each connection that the broker closes because of what the client sent. What it throws is
   * ignored.
   * @default no log
   */
  readonly log?: (line: string) => void;
}

/** Kafka brokers inside this process, in memory: for tests, demos and one developer's machine. */
export class EmbeddedKafka implements AsyncDisposable {
  /** The brokers' clock, in milliseconds since the Unix epoch; the clients' own timers stay real. */
  readonly clock: Pick<Clock, 'now' | 'advance'>;
  readonly #cluster: Cluster;
  readonly #control: RequestControl;
  readonly #brokers: readonly BrokerHandle[];

  private constructor({ clock, cluster, control, brokers }: Parts) {
    this.clock = clock;
    this.#cluster = cluster;
    this.#control = control;
    this.#brokers = brokers;
  }

  /**
   * Starts the brokers. Resolves when all of them listen.
   *
   * @throws {EmbeddedKafkaError} `invalid_option` when an option is invalid; `cannot_listen` when the port is taken or
   *   the address does not belong to this machine
   */
  static async start(options: EmbeddedKafkaOptions = {}): Promise<EmbeddedKafka> {
    const { topics = {}, brokers: size = 1, host = '127.0.0.1', port = 0, defaultPartitions = 1, autoCreateTopics = true } = options;
    const log = harmless(options.log);
    const tls = options.tls && checkTlsOptions(options.tls);
    const sasl = options.sasl && new SaslServer(checkSaslOptions(options.sasl));
    checkWhole('brokers', size, 1);
    checkWhole('defaultPartitions', defaultPartitions, 1, maxPartitionsPerRequest);
    // The last broker's port must be a valid port too.
    checkWhole('port', port, 0, port === 0 ? 0 : 65_536 - size);
    const clock = new Clock();
    const cluster = new Cluster({ clock, brokers: size, defaultPartitions, autoCreateTopics });
    createTopics(cluster, topics);
    const control = new RequestControl();
    const brokers = Array.from({ length: size }, (_, index) => {
      return new BrokerHandle({ cluster, control, nodeId: index + 1, log, sasl, tls }, host, port === 0 ? 0 : port + index);
    });
    const kafka = new EmbeddedKafka({ clock, cluster, control, brokers });
    try {
      for (const broker of brokers) {
        await broker.listen();
        cluster.nodes.add({ nodeId: broker.nodeId, host, port: broker.port });
      }
    } catch (error) {
      await kafka.stop();
      throw error;
    }
    return kafka;
  }

  /** `host:port` of each broker, as clients take them, including brokers that are down. */
  get brokers(): string[] {
    return this.#cluster.nodes.all.map(({ host, port }) => `${host}:${port}`);
  }

  /**
   * A handle to inspect a topic, append records to it and move its leaders.
   *
   * @param name the topic may be created later
   */
  topic(name: string): TopicHandle {
    return new TopicHandle(name, this.#cluster);
  }

  /**
   * A handle to inspect a consumer group and to make it rebalance or fail over.
   *
   * @param groupId the group may be created later
   */
  group(groupId: string): GroupHandle {
    return new GroupHandle(groupId, this.#cluster);
  }

  /**
   * A handle to stop, pause and otherwise disturb a broker.
   *
   * @param nodeId starts at 1
   * @throws {EmbeddedKafkaError} `invalid_option` when `nodeId` is not a whole number of at least 1; `not_found` when
   *   the cluster has no such broker
   */
  broker(nodeId: number): BrokerHandle {
    checkWhole('nodeId', nodeId, 1);
    const broker = this.#brokers[nodeId - 1];
    if (broker === undefined) throw new EmbeddedKafkaError('not_found', `There is no broker ${nodeId}`);
    return broker;
  }

  /**
   * Aborts the open transaction of a transactional id as its timeout would: its producer is fenced.
   *
   * @throws {EmbeddedKafkaError} `not_found` when the transactional id has no open transaction
   */
  expireTransaction(transactionalId: string): void {
    this.#cluster.transactions.expire(transactionalId);
  }

  /**
   * Sets a fault for requests that arrive from now on. A request is hit by the oldest fault that matches it, and by no
   * other.
   *
   * @returns how many requests the fault hit, and `remove()` to remove it
   * @throws {EmbeddedKafkaError} `invalid_option` when `match` or `action` is invalid
   */
  fault<A extends ApiName>(match: FaultMatch<A>, action: FaultAction): SetFault {
    const { faults } = this.#control;
    const fault = faults.add(match as unknown as FaultMatch, action);
    return {
      get hits() {
        return fault.hits;
      },
      remove: () => faults.remove(fault),
    };
  }

  /**
   * Asserts that every fault hit the requests that it was set for. Call it at the end of a test: a fault that did not
   * hit tested nothing.
   *
   * @throws {EmbeddedKafkaError} `pending_faults`, with a message that names each fault that hit fewer requests than it
   *   should, or whose `match` threw; its `cause` is the first error that one threw
   */
  assertNoPendingFaults(): void {
    this.#control.faults.assertNonePending();
  }

  /**
   * Intercepts the requests of one API from now on: see {@link Interceptor}.
   *
   * @returns removes the interceptor
   */
  on<A extends ApiName>(api: A, interceptor: Interceptor<A>): () => void {
    return this.#control.interceptors.add(api, interceptor);
  }

  /** The requests that arrived last, oldest first: at most 1,000 requests and 8 MiB. */
  get requests(): ArrivedRequest[] {
    return this.#control.recorder.requests;
  }

  /**
   * Waits for the next request of an API. Resolves when the request arrives, before the broker processes it.
   *
   * @param accepts whether to resolve with a request; others are skipped
   * @returns rejects with {@link EmbeddedKafkaError} `stopped` when the brokers stop first or have stopped, and with what `accepts`
   *   throws
   */
  waitForRequest<A extends ApiName>(api: A, accepts: (request: ArrivedRequest<A>) => boolean = () => true): Promise<ArrivedRequest<A>> {
    return this.#control.recorder.next(api, accepts);
  }

  /**
   * Closes all ports and connections; groups lose their members. Records and committed offsets can still be read by
   * {@link topic} and {@link group}. Calling it again does nothing.
   */
  async stop(): Promise<void> {
    this.#cluster.close();
    this.#control.recorder.close();
    await Promise.all(this.#brokers.map((broker) => broker.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

interface Parts {
  readonly clock: Clock;
  readonly cluster: Cluster;
  readonly control: RequestControl;
  readonly brokers: readonly BrokerHandle[];
}

/** A fault that {@link EmbeddedKafka.fault} set. */
export interface SetFault {
  /** How many requests the fault hit. */
  readonly hits: number;
  /** Removes the fault, whether it hit or not. */
  remove(): void;
}

/** A log that throws changes nothing about the connections that it is told of. */
function harmless(log: (line: string) => void = () => {}): (line: string) => void {
  return (line) => {
    try {
      log(line);
    } catch {
      // There is no other place to tell it.
    }
  };
}

function createTopics(cluster: Cluster, topics: Readonly<Record<string, number>>): void {
  for (const [name, partitions] of Object.entries(topics)) {
    checkWhole(`topics['${name}']`, partitions, 1, maxPartitionsPerRequest);
    const error = cluster.topics.validate({ name, partitions });
    if (error !== undefined) throw new EmbeddedKafkaError('invalid_option', `topics: ${error.message}`);
    cluster.topics.create({ name, partitions });
  }
}
