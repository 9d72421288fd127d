import type { DeadLetterProvider } from '../providers/dead-letters.ts';
import { RecordIndex } from './record-index.ts';

/** Records of a topic that are held at most: its newest. */
const mostRecords = 100_000;
/** Topics whose records are held at the same time. */
const mostTopics = 2;

/** The topics that the page looks at, read once and held, so that pages and groups of a hundred thousand records cost no further reading. */
export class RecordIndexes {
  readonly #provider: DeadLetterProvider;
  readonly #held = new Map<string, RecordIndex>();
  readonly #reading = new Map<string, Reading>();

  constructor(provider: DeadLetterProvider) {
    this.#provider = provider;
  }

  /**
   * @param fresh reads it again, though it is held
   * @param signal aborted when who asked has gone; the reading ends when all have
   * @throws what the provider rejects with
   */
  async of(topic: string, fresh: boolean, signal: AbortSignal): Promise<RecordIndex> {
    const held = this.#held.get(topic);
    if (held !== undefined && !fresh) {
      // The one that was asked for last goes last.
      this.#keep(held);
      return held;
    }
    return this.#join(this.#reading.get(topic) ?? this.#read(topic), signal);
  }

  async #join(reading: Reading, signal: AbortSignal): Promise<RecordIndex> {
    reading.readers++;
    const leave = (): void => {
      if (--reading.readers > 0) return;
      reading.control.abort();
      this.#ended(reading);
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await reading.index;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  #read(topic: string): Reading {
    const control = new AbortController();
    const { signal } = control;
    const read = async (): Promise<RecordIndex> => {
      const index = new RecordIndex(topic);
      try {
        const found = index.add.bind(index);
        index.complete(await this.#provider.read(topic, { most: mostRecords, signal, found }));
        // What no one waited for may be half of it.
        signal.throwIfAborted();
        this.#keep(index);
        return index;
      } catch (error) {
        // What was there before is not there now, as far as one can tell. A reading that all have left tells nothing, and a newer one may have ended.
        if (!signal.aborted) this.#held.delete(topic);
        throw error;
      }
    };
    const reading: Reading = { topic, control, readers: 0, index: read() };
    this.#reading.set(topic, reading);
    const ended = (): void => this.#ended(reading);
    reading.index.then(ended, ended);
    return reading;
  }

  /** Whoever asks from now on starts another reading. */
  #ended(reading: Reading): void {
    if (this.#reading.get(reading.topic) === reading) this.#reading.delete(reading.topic);
  }

  #keep(index: RecordIndex): void {
    this.#held.delete(index.topic);
    this.#held.set(index.topic, index);
    for (const topic of this.#held.keys()) if (this.#held.size > mostTopics) this.#held.delete(topic);
  }
}

interface Reading {
  readonly topic: string;
  readonly control: AbortController;
  readers: number;
  readonly index: Promise<RecordIndex>;
}
