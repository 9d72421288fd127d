import type { Closable } from '@tracelink-demo/kit';
import type { OutboxRelay } from '@tracelink/kafka/outbox';

/** Of the time that there is, the share after which the rest is left to the next relay: it has to leave the broker, too. */
const patience = 0.8;

/** The relay of the outbox as a part of the shutdown. What it does not send any more stays in the database, for the next relay. */
export function drainedRelay(relay: Pick<OutboxRelay, 'drain'>): Closable {
  return {
    name: 'outbox',
    async close(timeout) {
      const { sent, cutOff } = await relay.drain({ timeout: Math.floor(timeout * patience) });
      return { relayed: { sent, cutOff } };
    },
  };
}
