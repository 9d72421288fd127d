import type { TlsOptions } from 'node:tls';
import { BrokerHandle } from './broker-handle.ts';
import { checkWhole } from './check-number.ts';
import { AdvanceableClock } from './clock.ts';
import { Cluster } from './cluster/cluster.ts';
import { EmbeddedKafkaError } from './embedded-kafka-error.ts';
import type { ArrivedRequest, FaultMatch } from './faults/fault.ts';
import type { FaultAction } from './faults/fault-action.ts';
import type { Interceptor } from './faults/interceptors.ts';
import { RequestControl } from './faults/faults.ts';
import { GroupHandle } from './group-handle.ts';
import { SaslServer } from './security/authentication.ts';
import { checkSaslOptions, type SaslOptions, checkTlsOptions } from './security/options.ts';
import { TopicHandle } from './topic-handle.ts';
import type { ApiName } from './wire/apis.ts';

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
   * Clients have to speak TLS. The options are those of `node:tls`: `key` and `cert`, and `ca` with `requestCert` where clients are
   * to show a certificate. The certificate must be for `host`.
   * @default no TLS
   */
  readonly tls?: TlsOptions;
  /**
   * Clients have to say who they are, and to prove it.
   * @default everyone may come in
   */
  readonly sasl?: SaslOptions;
  /**
   * Gets a line for each connection that was closed because of what came in on it.
   * @default nobody
   */
  readonly log?: (line: string) => void;
}

/** Kafka brokers inside this process, in memory: for tests, demos and one developer's machine. */
export class EmbeddedKafka implements AsyncDisposable {
  /** The time that the brokers live by; the clients' own timers stay real. */
  readonly clock: Pick<AdvanceableClock, 'now' | 'advance'>;
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
   * Starts the brokers and resolves when they listen.
   *
   * @throws {EmbeddedKafkaError} `invalid_option`; `cannot_listen` when the port is taken or the address is not this machine's
   */
  static async start(options: EmbeddedKafkaOptions = {}): Promise<EmbeddedKafka> {
    const { topics = {}, brokers: size = 1, host = '127.0.0.1', port = 0, defaultPartitions = 1, autoCreateTopics = true } = options;
    const { log = () => {} } = options;
    const tls = options.tls && checkTlsOptions(options.tls);
    const sasl = options.sasl && new SaslServer(checkSaslOptions(options.sasl));
    checkWhole('brokers', size, 1);
    checkWhole('defaultPartitions', defaultPartitions, 1);
    // The last broker's port is one, too.
    checkWhole('port', port, 0, port === 0 ? 0 : 65_536 - size);
    const clock = new AdvanceableClock();
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

  /** `host:port` of each broker, as clients take them; also of those that are down. */
  get brokers(): string[] {
    return this.#cluster.nodes.all.map(({ host, port }) => `${host}:${port}`);
  }

  /**
   * A topic, to look into it or to fill it.
   *
   * @param name also of a topic that there is not yet
   */
  topic(name: string): TopicHandle {
    return new TopicHandle(name, this.#cluster);
  }

  /**
   * A consumer group, to look into it or to make it change.
   *
   * @param groupId also of a group that there is not yet
   */
  group(groupId: string): GroupHandle {
    return new GroupHandle(groupId, this.#cluster);
  }

  /**
   * A broker, to make it fail.
   *
   * @param nodeId from 1 on
   * @throws {EmbeddedKafkaError} `invalid_option`, `not_found`
   */
  broker(nodeId: number): BrokerHandle {
    checkWhole('nodeId', nodeId, 1);
    const broker = this.#brokers[nodeId - 1];
    if (broker === undefined) throw new EmbeddedKafkaError('not_found', `There is no broker ${nodeId}`);
    return broker;
  }

  /**
   * Aborts the open transaction of a transactional id as the end of its time would: its producer is fenced.
   *
   * @throws {EmbeddedKafkaError} `not_found` when none is open
   */
  expireTransaction(transactionalId: string): void {
    this.#cluster.transactions.expire(transactionalId);
  }

  /**
   * Sets a fault for requests that come from now on. Of several, the oldest that matches hits a request, and no other.
   *
   * @returns how often it hit, and `remove()` to take it back
   * @throws {EmbeddedKafkaError} `invalid_option`
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
   * For the end of a test: a fault that did not hit tested nothing.
   *
   * @throws {EmbeddedKafkaError} `pending_faults`, which names each fault that hit less often than it should
   */
  assertNoPendingFaults(): void {
    this.#control.faults.assertNonePending();
  }

  /**
   * Stands between the brokers and the requests of one API, from now on: see {@link Interceptor}.
   *
   * @returns takes the interceptor back
   */
  on<A extends ApiName>(api: A, interceptor: Interceptor<A>): () => void {
    return this.#control.interceptors.add(api, interceptor);
  }

  /** The requests that came in last, the oldest first: a thousand, or fewer when they have more than 8 MiB. */
  get requests(): ArrivedRequest[] {
    return this.#control.recorder.requests;
  }

  /**
   * Waits for the next request of an API, from now on. It resolves when the request came in, before it is done.
   *
   * @param accepts passes over requests that are not meant
   * @returns rejects with {@link EmbeddedKafkaError} `stopped` when the brokers stop first
   */
  waitForRequest<A extends ApiName>(api: A, accepts: (request: ArrivedRequest<A>) => boolean = () => true): Promise<ArrivedRequest<A>> {
    return this.#control.recorder.next(api, accepts);
  }

  /** Closes all ports and connections and forgets all records. May be called again. */
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
  readonly clock: AdvanceableClock;
  readonly cluster: Cluster;
  readonly control: RequestControl;
  readonly brokers: readonly BrokerHandle[];
}

/** A fault that was set. */
export interface SetFault {
  /** How many requests it hit. */
  readonly hits: number;
  /** Takes it back, hit or not. */
  remove(): void;
}

function createTopics(cluster: Cluster, topics: Readonly<Record<string, number>>): void {
  for (const [name, partitions] of Object.entries(topics)) {
    checkWhole(`topics['${name}']`, partitions, 1);
    const error = cluster.topics.validate({ name, partitions });
    if (error !== undefined) throw new EmbeddedKafkaError('invalid_option', `topics: ${error.message}`);
    cluster.topics.create({ name, partitions });
  }
}
