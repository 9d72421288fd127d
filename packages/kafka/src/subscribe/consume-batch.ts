import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import { BatchProgress } from './batch-progress.ts';
import { firstNotDue } from './first-not-due.ts';
import type { Arrival, Delivery, Ending } from './deliver.ts';
import { runLanes } from './key-lanes.ts';
import type { Outage } from './outage.ts';
import type { PartitionState } from './partition-state.ts';
import type { ProgressGauges } from './progress-gauges.ts';
import type { RetrySource } from './retry-topics.ts';
import type { Settings } from './settings.ts';
import type { MessagePlace } from './subscription-events.ts';
import type { Turn } from './turn.ts';

/** What one batch is worked on with. */
export interface BatchScope<V> {
  readonly settings: Settings<V>;
  readonly delivery: Delivery<V>;
  readonly outage: Outage | undefined;
  readonly gauges: ProgressGauges;
  /** Of a retry topic. */
  readonly source: RetrySource | undefined;
  readonly state: PartitionState;
  readonly turn: Turn;
  /** Whether the partition is still the one that was assigned when the batch came: nothing is committed after it was given up. */
  readonly isCurrent: () => boolean;
  /** Whether no other message is to be begun, though the turn goes on. */
  readonly isPaused: () => boolean;
}

/** Why a partition does not go on by itself: it has to stop at a message, to wait until one is due, or for an outage to end. */
export type Halt = (Extract<Ending, { readonly kind: 'stopped' | 'parked' }> & { readonly offset: string }) | { readonly kind: 'held' };

interface IndexedArrival extends Arrival {
  /** Of the message in its batch. */
  readonly index: number;
}

/**
 * Works through a batch: the keys' messages in order, several keys at once, commits in between and at the end. What is not done
 * when the turn ends is left for the next fetch, or the next member.
 *
 * @returns why the partition does not go on; `undefined` when it does
 * @throws what kafkajs throws from the commit at the end: it knows what to do about it
 */
export async function consumeBatch<V>(payload: EachBatchPayload, scope: BatchScope<V>): Promise<Halt | undefined> {
  const { settings, delivery, state, turn, isCurrent, isPaused, outage, source, gauges } = scope;
  const { topic, partition, messages } = payload.batch;
  const progress = new BatchProgress(messages, payload.batch.lastOffset(), state.done);
  const commits = new BatchCommits(payload, progress, isCurrent, gauges);
  const timer = setInterval(() => void commits.commit().catch(() => {}), settings.commitInterval);
  let halt: Halt | undefined;
  const placeOf = ({ offset }: KafkaMessage): MessagePlace => ({ topic, partition, offset });
  // Memories are there before attempts only where messages were put off.
  const isPutOff = source !== undefined || state.attempts.size > 0;
  const { index: end, memory: notDue } = isPutOff
    ? firstNotDue(messages, (message) => state.memoryOf(placeOf(message), message, source))
    : { index: messages.length, memory: undefined };
  const left = ({ index, place, memory }: IndexedArrival, ending: Ending): void => {
    outage?.left(place, ending.kind === 'handled' ? 'handled' : 'otherwise');
    if (ending.kind === 'interrupted') return;
    if (ending.kind === 'stopped' || ending.kind === 'parked' || ending.kind === 'held') {
      state.attempts.set(place.offset, memory);
      halt ??= ending.kind === 'held' ? { kind: 'held' } : { ...ending, offset: place.offset };
      return;
    }
    // There are memories only where messages were tried before.
    if (state.attempts.size > 0) state.attempts.delete(place.offset);
    state.stops = 0;
    progress.finish(index);
  };
  try {
    await runLanes(pending(end, progress), {
      limit: settings.concurrency.keys,
      laneOf: (index) => laneOf(messages[index] as KafkaMessage, settings),
      isStopped: () => halt !== undefined || turn.isEnding || isPaused() || !isCurrent(),
      run: (index) => {
        const message = messages[index] as KafkaMessage;
        const place = placeOf(message);
        if (outage?.enter(place) === false) {
          halt ??= { kind: 'held' };
          return;
        }
        return delivery.deliver({ index, place, message, memory: state.memoryOf(place, message, source), turn }, left);
      },
    });
  } finally {
    clearInterval(timer);
  }
  if (!isCurrent()) return undefined;
  state.done = progress.position().above;
  if (progress.lastResolved !== undefined) payload.resolveOffset(progress.lastResolved);
  await commits.commit();
  if (halt !== undefined || notDue?.due === undefined) return halt;
  const { offset } = messages[end] as KafkaMessage;
  // Remembered: the bound on how long it waits is counted from here.
  state.attempts.set(offset, notDue);
  return { kind: 'parked', until: notDue.due, offset };
}

function* pending(end: number, progress: BatchProgress): Generator<number> {
  for (let index = 0; index < end; index++) if (!progress.isDone(index)) yield index;
}

/** One lane for all where keys are handled one at a time; else one for each key. */
function laneOf<V>({ key }: KafkaMessage, { concurrency }: Settings<V>): string | undefined {
  if (concurrency.keys === 1) return '';
  // No key and an empty one are different keys; bytes as Latin-1 are text one to one.
  if (key !== null) return `key ${key.toString('latin1')}`;
  return concurrency.unkeyed === 'ordered' ? '' : undefined;
}

/** Commits the watermark of one batch, each position once, one commit at a time. */
class BatchCommits {
  readonly #payload: EachBatchPayload;
  readonly #progress: BatchProgress;
  readonly #isCurrent: () => boolean;
  readonly #gauges: ProgressGauges;
  #committed: string;
  #underWay: Promise<void> = Promise.resolve();

  constructor(payload: EachBatchPayload, progress: BatchProgress, isCurrent: () => boolean, gauges: ProgressGauges) {
    this.#gauges = gauges;
    this.#payload = payload;
    this.#progress = progress;
    this.#isCurrent = isCurrent;
    this.#committed = `${payload.batch.messages[0]?.offset}/`;
  }

  /** @throws what kafkajs throws; the position is then tried again by the next commit */
  async commit(): Promise<void> {
    const before = this.#underWay;
    this.#underWay = before.catch(() => {}).then(() => this.#commitNow());
    return this.#underWay;
  }

  async #commitNow(): Promise<void> {
    const { topic, partition, highWatermark } = this.#payload.batch;
    const { gap } = this.#progress;
    const { offset, above } = this.#progress.position();
    const metadata = above.toMetadata(offset);
    const position = `${offset}/${metadata}`;
    if (position === this.#committed || !this.#isCurrent()) return;
    // kafkajs' types do not know the metadata, which its encoder writes.
    const committed = { partition, offset, metadata };
    await this.#payload.commitOffsetsIfNecessary({ topics: [{ topic, partitions: [committed] }] });
    this.#committed = position;
    this.#gauges.set({ topic, partition, lag: Number(BigInt(highWatermark) - BigInt(offset)), gap });
  }
}
