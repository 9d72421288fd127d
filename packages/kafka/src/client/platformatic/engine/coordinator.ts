import { setTimeout as wait } from 'node:timers/promises';
import { isConnectionError, protocolName } from '../errors/client-errors.ts';
import type { ClusterMetadata, Consumer } from './shapes.ts';

// Milliseconds that a request waits for the coordinator to be found again. A batch that is in process waits with it.
const longestFind = 1_000;

/**
 * The coordinator of a consumer's group, as the client knows it. It (2.12.1) looks for another one only after a request of its own has failed
 * there: those that are made here would fail for as long as its heartbeats are apart.
 */
export class Coordinator {
  readonly #consumer: Consumer;
  #finding: Promise<void> | undefined;

  constructor(consumer: Consumer) {
    this.#consumer = consumer;
    consumer.on('client:metadata', (metadata: ClusterMetadata) => this.#keepPlace(metadata));
  }

  /**
   * Makes a request there, once more where the connection has failed or another broker has answered: the next coordinator knows the members
   * and their generation, and who joined it again would have the group rebalance.
   *
   * @throws the client's error
   */
  async ask(request: (connection: unknown) => Promise<unknown>): Promise<void> {
    try {
      await request(await this.#connection());
    } catch (error) {
      if (!isConnectionError(error) && protocolName(error) !== 'NOT_COORDINATOR') throw error;
      await this.#findInTime();
      await request(await this.#connection());
    }
  }

  /**
   * Leaves the group, once more where another broker has answered, and closes the client. It (2.12.1) keeps its connections, and with them
   * the process, when it may not leave. Never rejects: what was to be done in the group is done, and the session ends by itself.
   */
  async close(): Promise<void> {
    try {
      await this.#consumer.close(true);
    } catch (error) {
      if (protocolName(error) === 'NOT_COORDINATOR') {
        await this.#findInTime();
        await this.#consumer.close(true).catch(() => {});
      }
      await this.#consumer.connections.close().catch(() => {});
    }
  }

  async #findInTime(): Promise<void> {
    await Promise.race([this.#find(), wait(longestFind, undefined, { ref: false })]);
  }

  async #connection(): Promise<unknown> {
    const node = await this.#consumer.findGroupCoordinator();
    const { brokers } = this.#consumer.currentMetadata ?? (await this.#consumer.metadata({ topics: [] }));
    return this.#consumer.connections.get(brokers.get(node));
  }

  /** A request of the client's own, which asks for nothing. Never rejects: the next request shows whether it has found the coordinator. */
  #find(): Promise<void> {
    this.#finding ??= this.#consumer.listCommittedOffsets({ topics: [] }).then(
      () => this.#found(),
      () => this.#found(),
    );
    return this.#finding;
  }

  #found(): void {
    this.#finding = undefined;
  }

  /**
   * Where the coordinator is among the brokers no more, the client (2.12.1) asks for them again and again, and not for the coordinator. With
   * another broker in its place it is told that this is not the coordinator.
   */
  #keepPlace({ brokers }: ClusterMetadata): void {
    const { coordinatorId } = this.#consumer;
    const [other] = brokers.values();
    if (coordinatorId !== null && other !== undefined && !brokers.has(coordinatorId)) brokers.set(coordinatorId, other);
  }
}
