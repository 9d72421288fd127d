import type { OtlpReceiver } from '@tracelink/testing';
import { placeOrder } from './place-order.ts';

/** What spilling works with. */
export interface SpillNoteScope {
  readonly ordersUrl: string;
  readonly receiver: OtlpReceiver;
  readonly signal: AbortSignal;
}

const bursts = 5;
const ordersAtOnce = 8;
const burstDeadline = 3_000;

/**
 * Places orders at once, more than there is room for audit notes: some of the notes go over the topic.
 *
 * @returns the trace of an order whose note did
 * @throws {Error} when all notes found room, 5 times 8 orders
 */
export async function spillNote({ ordersUrl, receiver, signal }: SpillNoteScope): Promise<string> {
  for (let burst = 0; burst < bursts; burst++) {
    const placed = await Promise.all(Array.from({ length: ordersAtOnce }, () => placeOrder(ordersUrl, 'tea', signal)));
    const traces = new Set(placed.map(({ traceId }) => traceId));
    const spilled = (): string | undefined =>
      receiver.spans.find(({ name, traceId }) => name === 'process audit.notes' && traces.has(traceId))?.traceId;
    try {
      await receiver.waitFor(() => spilled() !== undefined, { timeout: burstDeadline });
    } catch {
      // All had room: the next ones may not.
    }
    const traceId = spilled();
    if (traceId !== undefined) return traceId;
  }
  throw new Error(`Of ${bursts} times ${ordersAtOnce} orders at once, every audit note had room`);
}
