import type { Admin, Consumer, Producer } from 'kafkajs';

/** The clients of one subscription; all connected. */
export interface SubscriptionClients {
  readonly admin: Admin;
  readonly consumer: Consumer;
  readonly producer: Producer | undefined;
}

// Milliseconds that leaving the group may take after the last handler.
const leaving = 2_000;

/**
 * Disconnects the clients, the consumer first: it waits for its batches, which may still write and commit. Not for ever, as the
 * broker may be gone. Never rejects.
 *
 * @param timeout milliseconds that the batches may take
 */
export async function drainClients({ consumer, producer, admin }: SubscriptionClients, timeout: number): Promise<void> {
  const { promise: tooLate, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, timeout + leaving);
  await Promise.race([disconnectAll(), tooLate]);
  clearTimeout(timer);

  async function disconnectAll(): Promise<void> {
    await Promise.allSettled([consumer.disconnect()]);
    await Promise.allSettled([producer?.disconnect(), admin.disconnect()]);
  }
}
