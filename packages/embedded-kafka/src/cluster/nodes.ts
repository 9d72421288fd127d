/** A broker of the cluster, as Metadata responses describe it. */
export interface BrokerNode {
  /** Starts at 1. */
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

/** The brokers of the cluster: which of them are up, and which one coordinates a group or transactional id. */
export class Nodes {
  readonly #nodes: BrokerNode[] = [];
  readonly #down = new Set<number>();
  readonly #moved = new Map<string, number>();

  /** The brokers that are up, in the order of their ids. */
  get up(): BrokerNode[] {
    return this.#nodes.filter(({ nodeId }) => this.isUp(nodeId));
  }

  /** All brokers, in the order of their ids. */
  get all(): readonly BrokerNode[] {
    return this.#nodes;
  }

  isUp(nodeId: number): boolean {
    return !this.#down.has(nodeId);
  }

  /** Adds the broker with the next id. */
  add(node: BrokerNode): void {
    this.#nodes.push(node);
  }

  /** Marks a broker as up or down. */
  setUp(nodeId: number, isUp: boolean): void {
    if (isUp) this.#down.delete(nodeId);
    else this.#down.add(nodeId);
  }

  /** The first broker that is up, counted from `nodeId` and wrapping around; `undefined` when none is. */
  nextUp(nodeId: number): BrokerNode | undefined {
    const start = nodeId - 1;
    return [...this.#nodes.slice(start), ...this.#nodes.slice(0, start)].find((node) => this.isUp(node.nodeId));
  }

  /** The coordinator of a group or transactional id: the same for the same key, spread over all brokers. */
  coordinatorOf(key: string): BrokerNode | undefined {
    let hash = 0;
    for (let index = 0; index < key.length; index += 1) hash = (hash * 31 + key.charCodeAt(index)) >>> 0;
    return this.nextUp(this.#moved.get(key) ?? (hash % this.#nodes.length) + 1);
  }

  /** Makes another broker the coordinator of a group or transactional id. */
  moveCoordinator(key: string, nodeId: number): void {
    this.#moved.set(key, nodeId);
  }
}
