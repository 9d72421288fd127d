import type { Admin, Kafka } from 'kafkajs';
import { freePort } from '../../demo/free-port.ts';
import { client, image, type Cluster } from './cluster.ts';
import { KafkaNode } from './kafka-node.ts';
import { until } from './until.ts';

/** Another cluster, of one node, which the group can come from. */
export class LoneCluster implements AsyncDisposable {
  readonly node: KafkaNode;
  readonly brokers: readonly string[];
  readonly kafka: Kafka;
  readonly admin: Admin;

  private constructor(node: KafkaNode) {
    this.node = node;
    this.brokers = [node.broker];
    // Requests to it end soon when it is dead.
    this.kafka = client(this.brokers, { retries: 3 });
    this.admin = this.kafka.admin();
  }

  /** Starts it next to another one. Resolves when it serves. */
  static async startBeside(cluster: Cluster, signal: AbortSignal): Promise<LoneCluster> {
    const { network, label } = cluster.place;
    const [clientPort, unused] = [await freePort(), await freePort()];
    const node = new KafkaNode({
      id: 1,
      clusterId: 'c8Yb1mJ0Q5yWkq3Zr7vTnA',
      names: [`${network}-lone`],
      network,
      label,
      image,
      ports: { client: clientPort, proxied: unused },
      proxyPort: unused,
    });
    await using failed = new AsyncDisposableStack();
    failed.defer(() => node.remove());
    await node.create();
    const lone = new LoneCluster(node);
    await lone.#serves(signal);
    failed.move();
    return lone;
  }

  /** After its node was killed, with its log as it was. Resolves when it serves. */
  async comeBack(signal: AbortSignal): Promise<void> {
    await this.admin.disconnect();
    await this.node.start();
    await this.#serves(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.admin.disconnect();
    await this.node.remove();
  }

  /** The first request about a group creates the topic of the commits. */
  async #serves(signal: AbortSignal): Promise<void> {
    const answers = async (): Promise<boolean> => {
      await this.admin.connect();
      await this.admin.fetchOffsets({ groupId: 'first', topics: [] });
      return true;
    };
    await until(answers, { what: 'The other cluster comes up', signal });
  }
}
