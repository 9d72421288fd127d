import type { BatchHeader } from '../records/batch-header.ts';
import type { ApiError } from '../core/error-codes.ts';

/** How many batches of a producer are remembered: as many as an idempotent producer may have in flight. */
const REMEMBERED_BATCHES = 5;
const SEQUENCES = 2 ** 31;

/** An appended batch, kept to answer a duplicate of it. */
export interface AppendedBatch {
  readonly baseSequence: number;
  readonly lastSequence: number;
  readonly baseOffset: number;
  /** -1 when the topic keeps the producer's timestamps. */
  readonly logAppendTime: number;
}

interface ProducerState {
  epoch: number;
  readonly batches: AppendedBatch[];
  /** Milliseconds since the Unix epoch, by the broker's clock. */
  lastSeen: number;
}

/**
 * The state that a partition keeps for each idempotent producer, so that no batch is appended twice or skipped.
 * Source: KIP-98 and `ProducerAppendInfo` of Apache Kafka.
 */
export class ProducerStates {
  readonly #states = new Map<number, ProducerState>();

  /** The batch as it was appended before, when it is a duplicate. */
  duplicateOf(header: BatchHeader): AppendedBatch | undefined {
    const state = this.#states.get(header.producerId);
    if (state === undefined || state.epoch !== header.producerEpoch) return undefined;
    const lastSequence = lastSequenceOf(header);
    return state.batches.find((batch) => batch.baseSequence === header.baseSequence && batch.lastSequence === lastSequence);
  }

  /** The error of a batch that is not the producer's next one; `undefined` when it is. */
  problem({ producerId, producerEpoch, baseSequence }: BatchHeader): ApiError | undefined {
    const state = this.#states.get(producerId);
    if (state === undefined) return undefined;
    if (producerEpoch < state.epoch) {
      const message = `Epoch of producer ${producerId} is ${producerEpoch}, which is smaller than the last seen epoch ${state.epoch}`;
      return { error: 'INVALID_PRODUCER_EPOCH', message };
    }
    const last = producerEpoch === state.epoch ? state.batches.at(-1) : undefined;
    const expected = last === undefined ? 0 : (last.lastSequence + 1) % SEQUENCES;
    if (baseSequence === expected) return undefined;
    const message = `Out of order sequence number of producer ${producerId}: received ${baseSequence}, expected ${expected}`;
    return { error: 'OUT_OF_ORDER_SEQUENCE_NUMBER', message };
  }

  appended(header: BatchHeader, baseOffset: number, logAppendTime: number, now: number): void {
    const { batches } = this.#seen(header.producerId, header.producerEpoch, now);
    batches.push({ baseSequence: header.baseSequence, lastSequence: lastSequenceOf(header), baseOffset, logAppendTime });
    if (batches.length > REMEMBERED_BATCHES) batches.shift();
  }

  /** Records a transaction marker. A later epoch in the marker fences the producer that owned the transaction. */
  marked(producerId: number, producerEpoch: number, now: number): void {
    this.#seen(producerId, producerEpoch, now);
  }

  /** Forgets the producers that were last seen before `before`, except those for which `isBusy`. */
  expire(before: number, isBusy: (producerId: number) => boolean): void {
    for (const [producerId, { lastSeen }] of this.#states) {
      if (lastSeen < before && !isBusy(producerId)) this.#states.delete(producerId);
    }
  }

  #seen(producerId: number, epoch: number, now: number): ProducerState {
    let state = this.#states.get(producerId);
    if (state === undefined) this.#states.set(producerId, (state = { epoch, batches: [], lastSeen: now }));
    if (epoch > state.epoch) {
      state.epoch = epoch;
      state.batches.length = 0;
    }
    state.lastSeen = now;
    return state;
  }
}

function lastSequenceOf({ baseSequence, lastOffsetDelta }: BatchHeader): number {
  return (baseSequence + lastOffsetDelta) % SEQUENCES;
}
