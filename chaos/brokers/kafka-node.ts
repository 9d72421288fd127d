import { docker } from './docker.ts';

/** A node's addresses and settings, known before it starts. */
export interface NodePlace {
  readonly id: number;
  readonly clusterId: string;
  /** Names of the containers of all nodes, by id from 1. */
  readonly names: readonly string[];
  readonly network: string;
  readonly label: string;
  readonly image: string;
  /** Ports of this machine that lead to the node's two listeners for clients. */
  readonly ports: { readonly client: number; readonly proxied: number };
  /** The port that the second listener advertises to clients: a proxy's, which forwards to `ports.proxied`. */
  readonly proxyPort: number;
}

/** One container, broker and controller. */
export class KafkaNode {
  readonly id: number;
  readonly name: string;
  /** `host:port` for clients. */
  readonly broker: string;
  /** `host:port` for containers of its network. */
  readonly inside: string;
  readonly #place: NodePlace;

  constructor(place: NodePlace) {
    this.#place = place;
    this.id = place.id;
    this.name = place.names[place.id - 1] as string;
    this.inside = `${this.name}:9094`;
    this.broker = `localhost:${place.ports.client}`;
  }

  /** Starts the container; the broker serves some seconds later. */
  async create(): Promise<void> {
    const { network, label, image, ports } = this.#place;
    const variables = Object.entries(environment(this.#place, this.name)).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    const published = ['--publish', `127.0.0.1:${ports.client}:9092`, '--publish', `127.0.0.1:${ports.proxied}:9095`];
    await docker('run', '--detach', '--name', this.name, '--network', network, '--label', label, ...published, ...variables, image);
  }

  /** As in a power failure. */
  async kill(): Promise<void> {
    await docker('kill', '--signal', 'KILL', this.name);
  }

  /** After `kill`, with its log as it was. */
  async start(): Promise<void> {
    await docker('start', this.name);
  }

  /** With its log as it was. */
  async remove(): Promise<void> {
    await docker('rm', '--force', '--volumes', this.name);
  }

  /** Its connections stay open, and it does not answer. */
  async freeze(): Promise<void> {
    await docker('pause', this.name);
  }

  async thaw(): Promise<void> {
    await docker('unpause', this.name);
  }
}

function environment({ id, clusterId, names, ports, proxyPort }: NodePlace, name: string): Readonly<Record<string, string>> {
  const replicas = String(names.length);
  return {
    CLUSTER_ID: clusterId,
    KAFKA_NODE_ID: String(id),
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_CONTROLLER_QUORUM_VOTERS: names.map((peer, index) => `${index + 1}@${peer}:9093`).join(','),
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_INTER_BROKER_LISTENER_NAME: 'INTERNAL',
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT,CLIENT:PLAINTEXT,PROXIED:PLAINTEXT',
    KAFKA_LISTENERS: 'CLIENT://:9092,CONTROLLER://:9093,INTERNAL://:9094,PROXIED://:9095',
    KAFKA_ADVERTISED_LISTENERS: `CLIENT://localhost:${ports.client},INTERNAL://${name}:9094,PROXIED://localhost:${proxyPort}`,
    KAFKA_LOG_DIRS: '/tmp/kafka-logs',
    // Only an operator creates a deleted topic again, and members create retry and dead-letter topics.
    KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    KAFKA_DEFAULT_REPLICATION_FACTOR: replicas,
    // With three nodes, two.
    KAFKA_MIN_INSYNC_REPLICAS: String(Math.ceil(names.length / 2)),
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: replicas,
    KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '3',
    // A dead node is detected soon, and leaders return soon after it is back: rows wait for both.
    KAFKA_BROKER_SESSION_TIMEOUT_MS: '3000',
    KAFKA_BROKER_HEARTBEAT_INTERVAL_MS: '500',
    KAFKA_LEADER_IMBALANCE_CHECK_INTERVAL_SECONDS: '1',
    KAFKA_LEADER_IMBALANCE_PER_BROKER_PERCENTAGE: '0',
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '1000',
    KAFKA_HEAP_OPTS: '-Xms192m -Xmx384m',
    // Three of them share the cores with the consumers: a quick start matters more than peak speed.
    KAFKA_JVM_PERFORMANCE_OPTS: '-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.awt.headless=true',
  };
}
