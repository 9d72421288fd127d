import type { Closable } from '@tracelink-demo/kit';
import type { OutboxRelay } from '@tracelink/kafka/outbox';

/** The share of the available time after which the next relay gets the rest: this one must disconnect, too. */
const patience = 0.8;

/** The relay of the outbox as a part of the shutdown. Unsent messages stay in the database, for the next relay. */
export function drainedRelay(relay: Pick<OutboxRelay, 'drain'>): Closable {
  return {
    name: 'outbox',
    async close(timeout) {
      const { sent, cutOff } = await relay.drain({ timeout: Math.floor(timeout * patience) });
      return { relayed: { sent, cutOff } };
    },
  };
}

/** A check that resolves while the relay of the outbox sends, or stands by for another, and holds no message. */
export function outboxCheck(relay: Pick<OutboxRelay, 'health'>): () => Promise<void> {
  return async () => {
    if (!relay.health().ok) throw new Error('The relay of the outbox cannot send');
  };
}
