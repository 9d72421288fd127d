import kafkajs, { Kafka, logLevel, type Admin } from 'kafkajs';
import { freePort } from '../../demo/free-port.ts';
import { docker } from './docker.ts';
import { JavaTool } from './java-tool.ts';
import { KafkaNode } from './kafka-node.ts';
import { Proxy } from './proxy.ts';
import { until } from './until.ts';

export const image = process.env['KAFKA_IMAGE'] ?? 'apache/kafka:4.4.0';
const label = 'tracelink.chaos';
const nodeIds = [1, 2, 3];

// Milliseconds. A node starts within ten seconds; on a busy machine, within a minute.
const patience = 180_000;

/** Three nodes with a replication factor of three and two in-sync replicas for an acknowledgement. */
export class Cluster {
  /** The network of containers that talk to the nodes, and the label by which they are removed. */
  readonly place: { readonly network: string; readonly label: string };
  readonly nodes: readonly KafkaNode[];
  /** One in front of each node. */
  readonly proxies: readonly Proxy[];
  readonly kafka: Kafka;
  readonly admin: Admin;

  #tools = 0;

  private constructor(nodes: readonly KafkaNode[], proxies: readonly Proxy[], place: { readonly network: string; readonly label: string }) {
    this.nodes = nodes;
    this.place = place;
    this.proxies = proxies;
    this.kafka = client(this.brokers, { retries: 20 });
    this.admin = this.kafka.admin();
  }

  /**
   * Starts the nodes. Resolves when all three are ready.
   *
   * @param closing takes the cleanup, also when this fails half way
   */
  static async start(closing: AsyncDisposableStack, signal: AbortSignal): Promise<Cluster> {
    await removeAbandoned();
    const network = `tracelink-chaos-${process.pid}`;
    const owner = `${label}=${process.pid}`;
    const names = nodeIds.map((id) => `${network}-${id}`);
    // First: Ctrl-C may come while the first container starts.
    closing.defer(() => removeOf(process.pid));
    await docker('network', 'create', '--label', owner, network);
    const proxies: Proxy[] = [];
    const nodes: KafkaNode[] = [];
    for (const id of nodeIds) {
      const ports = { client: await freePort(), proxied: await freePort() };
      const proxy = closing.use(await Proxy.start(ports.proxied));
      proxies.push(proxy);
      nodes.push(
        new KafkaNode({ id, clusterId: '4L6g3nShT-eMCtK--X86sw', names, network, label: owner, image, ports, proxyPort: proxy.port }),
      );
    }
    await Promise.all(nodes.map((node) => node.create()));
    const cluster = new Cluster(nodes, proxies, { network, label: owner });
    await until(() => cluster.admin.connect().then(() => true), { what: 'The cluster comes up', within: patience, signal });
    closing.defer(() => cluster.admin.disconnect());
    await until(async () => (await cluster.admin.describeCluster()).brokers.length === nodes.length, {
      what: 'All brokers are there',
      within: patience,
      signal,
    });
    // The first request about a group creates the topic of the commits.
    await until(() => cluster.admin.fetchOffsets({ groupId: 'first', topics: [] }).then(() => true), {
      what: 'A coordinator',
      within: patience,
      signal,
    });
    await cluster.whole(signal);
    return cluster;
  }

  /** `host:port` of each. */
  get brokers(): readonly string[] {
    return this.nodes.map(({ broker }) => broker);
  }

  get proxied(): readonly string[] {
    return this.proxies.map(({ port }) => `localhost:${port}`);
  }

  /**
   * Resolves when each node answers, every replica is in sync and the preferred leaders lead, as each node sees it.
   *
   * @param expected topics that each node must know
   */
  async whole(signal: AbortSignal, expected: readonly string[] = []): Promise<void> {
    for (const node of this.nodes) {
      await using stack = new AsyncDisposableStack();
      const admin = client([node.broker], { retries: 0 }).admin();
      stack.defer(() => admin.disconnect());
      const isWhole = async (): Promise<boolean> => {
        await admin.connect();
        if ((await admin.describeCluster()).brokers.length !== nodeIds.length) return false;
        const names = await admin.listTopics();
        if (!expected.every((name) => names.includes(name))) return false;
        const { topics } = await admin.fetchTopicMetadata({ topics: names });
        return topics.every(({ partitions }) =>
          partitions.every(({ isr, replicas, leader }) => isr.length === nodeIds.length && leader === replicas[0]),
        );
      };
      await until(isWhole, { what: `All replicas are in sync by node ${node.id}`, within: patience, signal });
    }
  }

  /** Restores nodes that a fault has left frozen or dead. */
  async recover(): Promise<void> {
    await Promise.allSettled(this.nodes.map((node) => node.thaw()));
    await Promise.all(this.nodes.map((node) => node.start()));
  }

  /** Moves each partition of a topic to the next node. Resolves when the leaders have moved. */
  async moveLeaders(topic: string): Promise<void> {
    const { topics } = await this.admin.fetchTopicMetadata({ topics: [topic] });
    const partitionAssignment = (topics[0]?.partitions ?? []).map(({ partitionId, replicas: [first, ...others] }) => ({
      partition: partitionId,
      replicas: [...others, first as number],
    }));
    await this.admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment }] });
    const isMoved = async (): Promise<boolean> => {
      const { topics: now } = await this.admin.fetchTopicMetadata({ topics: [topic] });
      return partitionAssignment.every(
        ({ partition, replicas }) => now[0]?.partitions.find(({ partitionId }) => partitionId === partition)?.leader === replicas[0],
      );
    };
    await until(isMoved, { what: `The leaders of ${topic} have moved` });
  }

  /** Sets a topic's configs to these, and no others. */
  async configure(topic: string, configs: Readonly<Record<string, string>>): Promise<void> {
    const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }));
    const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }];
    await this.admin.alterConfigs({ validateOnly: false, resources });
  }

  /** The node that leads a partition. */
  async leader(topic: string, partition: number): Promise<KafkaNode> {
    const { topics } = await this.admin.fetchTopicMetadata({ topics: [topic] });
    const leader = topics[0]?.partitions.find(({ partitionId }) => partitionId === partition)?.leader;
    return this.#node(leader);
  }

  /** The coordinator of a group: the leader of its partition of the commits' topic. */
  async coordinator(groupId: string): Promise<KafkaNode> {
    const { topics } = await this.admin.fetchTopicMetadata({ topics: ['__consumer_offsets'] });
    const partitions = topics[0]?.partitions ?? [];
    // Java's hash of a string, as the broker chooses: partitionFor in GroupCoordinatorService.
    let hash = 0;
    for (const unit of groupId) hash = (Math.imul(31, hash) + unit.charCodeAt(0)) | 0;
    const partition = (hash & 0x7fffffff) % partitions.length;
    return this.#node(partitions.find(({ partitionId }) => partitionId === partition)?.leader);
  }

  /** Starts a tool of Apache Kafka next to the nodes: the name of its script, and its arguments without the address of the brokers. */
  tool(script: string, args: readonly string[]): JavaTool {
    const { network, label: owner } = this.place;
    const brokers = this.nodes.map(({ inside }) => inside).join(',');
    const name = `${network}-tool-${++this.#tools}`;
    const run = ['--network', network, '--label', owner, '--env', 'KAFKA_HEAP_OPTS=-Xmx192m', image];
    return new JavaTool(name, run, [`/opt/kafka/bin/${script}.sh`, '--bootstrap-server', brokers, ...args]);
  }

  #node(id: number | undefined): KafkaNode {
    const node = this.nodes.find((one) => one.id === id);
    if (node === undefined) throw new Error(`No node has the id ${id}.`);
    return node;
  }
}

/** Clients of a cluster that retry each request this many times. */
export function client(brokers: readonly string[], { retries }: { readonly retries: number }): Kafka {
  const retry = { initialRetryTime: 100, maxRetryTime: 1_000, retries };
  return new Kafka({ clientId: 'chaos', brokers: [...brokers], logLevel: logLevel.NOTHING, retry, requestTimeout: 5_000 });
}

/** Removes what killed runs left behind. */
async function removeAbandoned(): Promise<void> {
  const owners = (await docker('ps', '--all', '--filter', `label=${label}`, '--format', `{{.Label "${label}"}}`)).split('\n');
  for (const owner of new Set(owners.filter((pid) => pid !== '').map(Number))) if (!isAlive(owner)) await removeOf(owner);
}

async function removeOf(pid: number): Promise<void> {
  const filter = ['--quiet', '--filter', `label=${label}=${pid}`];
  const containers = (await docker('ps', '--all', ...filter)).split('\n').filter((id) => id !== '');
  if (containers.length > 0) await docker('rm', '--force', '--volumes', ...containers);
  const networks = (await docker('network', 'ls', ...filter)).split('\n').filter((id) => id !== '');
  if (networks.length > 0) await docker('network', 'rm', ...networks);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
