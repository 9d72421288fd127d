import type { OutboxRelay } from '@tracelink/kafka/outbox';

/** A check that resolves while the relay of the outbox sends, or stands by for another, and holds no message. */
export function outboxCheck(relay: Pick<OutboxRelay, 'health'>): () => Promise<void> {
  return async () => {
    if (!relay.health().ok) throw new Error('The relay of the outbox cannot send');
  };
}
