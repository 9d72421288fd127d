import { randomInt } from 'node:crypto';
import type { SpanContext } from '@opentelemetry/api';

const fewestSlots = 8;
// More than this at once would be much memory for messages that may all share one context.
const mostSlotsAtOnce = 1_024;

/**
 * Values by their span context: two contexts of one span are equal, whatever flags another hop saw.
 *
 * A table of slots with a value or none, the next one where a slot is taken. It is made as large as it has to be, where a `Map` is made
 * anew at each doubling, and it looks at half of a span id, where a `Map` reads all of it: a batch adds each of its messages.
 */
export class SpanContextMap<T extends { readonly context: SpanContext }> {
  /** A power of two, half of them free at least. */
  #slots: (T | undefined)[];
  #size = 0;

  /** @param expected how many values there may be; more find room, too */
  constructor(expected = 0) {
    let count = fewestSlots;
    while (count < expected * 2 && count < mostSlotsAtOnce) count *= 2;
    this.#slots = free(count);
  }

  get size(): number {
    return this.#size;
  }

  /** In no order. */
  contexts(): SpanContext[] {
    return this.#slots.flatMap((value) => (value === undefined ? [] : [value.context]));
  }

  get(context: SpanContext): T | undefined {
    return this.#slots[slotOf(this.#slots, context)];
  }

  /** Adds a value whose context has none yet. @returns the one that is there, if its context has one */
  add(value: T): T | undefined {
    const slot = slotOf(this.#slots, value.context);
    const known = this.#slots[slot];
    if (known !== undefined) return known;
    this.#slots[slot] = value;
    if (++this.#size * 2 > this.#slots.length) this.#grow();
    return undefined;
  }

  #grow(): void {
    const slots = free<T>(this.#slots.length * 2);
    for (const value of this.#slots) if (value !== undefined) slots[slotOf(slots, value.context)] = value;
    this.#slots = slots;
  }
}

function free<T>(count: number): (T | undefined)[] {
  const slots: (T | undefined)[] = [];
  slots.length = count;
  return slots.fill(undefined);
}

/** The slot of the value whose context is of the same span, or else the free one for it. */
function slotOf<T extends { readonly context: SpanContext }>(slots: readonly (T | undefined)[], { traceId, spanId }: SpanContext): number {
  const last = slots.length - 1;
  let slot = hashOf(spanId) & last;
  for (let value = slots[slot]; value !== undefined; value = slots[slot]) {
    if (value.context.spanId === spanId && value.context.traceId === traceId) return slot;
    slot = (slot + 1) & last;
  }
  return slot;
}

// Drawn anew by each process: who sends messages cannot tell which ids meet in a slot.
const factor = randomInt(2 ** 31) * 2 + 1;

/** Of the second half of a span id, which is random where any part of it is. */
function hashOf(spanId: string): number {
  let hash = 0;
  for (let index = 8; index < 16; index++) hash = Math.imul(hash ^ spanId.charCodeAt(index), factor);
  return hash ^ (hash >>> 15);
}
