import type { Admin, Consumer, Producer } from 'kafkajs';
import type { ConsumerRestart } from './consumer-restart.ts';

/** The clients of one subscription; all connected. */
export interface SubscriptionClients {
  readonly admin: Admin;
  readonly consumer: Consumer;
  readonly restart: ConsumerRestart;
  readonly producer: Producer | undefined;
}

// Milliseconds for leaving the group after the last handler, and for joining it before.
const leaving = 2_000;

/**
 * Disconnects the clients, the consumer first: it waits for its batches, which may still write and commit, and for a start in
 * progress. It waits for a limited time, as the broker may be gone. Never rejects.
 *
 * @param timeout milliseconds that the batches may take
 */
export async function drainClients({ consumer, restart, producer, admin }: SubscriptionClients, timeout: number): Promise<void> {
  await atMost(leaving, restart.settled);
  await atMost(timeout + leaving, disconnectAll());

  async function disconnectAll(): Promise<void> {
    await Promise.allSettled([consumer.disconnect()]);
    await Promise.allSettled([producer?.disconnect(), admin.disconnect()]);
  }
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  const { promise: tooLate, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, tooLate]);
  clearTimeout(timer);
}
