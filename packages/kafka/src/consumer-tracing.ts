import { Attempts } from './attempts.ts';
import { ClientIdentity } from './client-identity.ts';
import { contained } from './contain.ts';
import type { PausableLike } from './kafka-client.ts';
import type { ConsumerOptions } from './options.ts';
import { KafkaTracing } from './tracing.ts';

/** What all deliveries of one wrapped consumer share. */
export class ConsumerTracing extends KafkaTracing<ConsumerOptions> {
  readonly #client: PausableLike;
  /** Attempts at messages that were handled one by one. */
  readonly messageAttempts: Attempts = new Attempts();
  /** Attempts at batches, each by its first message. */
  readonly batchAttempts: Attempts = new Attempts();

  constructor(client: PausableLike, options: ConsumerOptions) {
    super(options, new ClientIdentity(client, options));
    this.#client = client;
  }

  /** Whether the application has paused a partition, by whichever of the client's ways. */
  isPaused(topic: string, partition: number): boolean {
    const paused = contained('asking for paused partitions', () => this.#client.paused?.() ?? [], this) ?? [];
    return paused.some((entry) => entry.topic === topic && (entry.partitions?.includes(partition) ?? true));
  }
}
