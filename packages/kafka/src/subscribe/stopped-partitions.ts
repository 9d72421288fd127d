import type { Consumer } from 'kafkajs';
import { partitionKey } from './partition-state.ts';
import type { ParkedPartition, StoppedPartition } from './subscription-events.ts';

interface Halt {
  readonly topic: string;
  readonly partition: number;
  /** Absent where nothing is wrong. */
  readonly stopped?: StoppedPartition;
  /** Of a partition that waits for a message to be due. */
  readonly parked?: ParkedPartition;
  readonly timer?: NodeJS.Timeout | undefined;
}

// What Node's timers can wait for; who waits for longer looks again.
const longestTimer = 2 ** 31 - 1;

/** The partitions that are not read from at present; their messages wait at the broker. */
export class StoppedPartitions {
  readonly #consumer: Pick<Consumer, 'pause' | 'resume'>;
  readonly #halts = new Map<string, Halt>();

  constructor(consumer: Pick<Consumer, 'pause' | 'resume'>) {
    this.#consumer = consumer;
  }

  list(): readonly StoppedPartition[] {
    return [...this.#halts.values()].flatMap(({ stopped }) => stopped ?? []);
  }

  listParked(): readonly ParkedPartition[] {
    return [...this.#halts.values()].flatMap(({ parked }) => parked ?? []);
  }

  /** @param delay milliseconds after which it goes on by itself */
  stop(stopped: StoppedPartition, delay: number | undefined): void {
    const { topic, partition } = stopped;
    const timer = delay === undefined ? undefined : setTimeout(() => this.#resume(partitionKey(topic, partition)), delay);
    this.#halt({ topic, partition, stopped, timer });
  }

  /** Stops a partition until its next message is due. */
  park(parked: ParkedPartition): void {
    const { topic, partition, resumesAt } = parked;
    const delay = Math.min(Math.max(1, resumesAt - Date.now()), longestTimer);
    const timer = setTimeout(() => this.#resume(partitionKey(topic, partition)), delay);
    this.#halt({ topic, partition, parked, timer });
  }

  /** Stops a partition because everything waits: the subscription is paused, or there is an outage. */
  hold(topic: string, partition: number): void {
    this.#halt({ topic, partition });
  }

  resumeAll(): void {
    for (const key of this.#halts.keys()) this.#resume(key);
  }

  /** Goes on with those that wait because everything does. */
  resumeHeld(): void {
    for (const [key, { stopped, parked }] of this.#halts) if (stopped === undefined && parked === undefined) this.#resume(key);
  }

  /** Nothing goes on by itself any more. */
  forget(): void {
    for (const { timer } of this.#halts.values()) clearTimeout(timer);
  }

  #halt(halt: Halt): void {
    const { topic, partition } = halt;
    this.#halts.set(partitionKey(topic, partition), halt);
    // Partition by partition: kafkajs forgets single pauses when a whole topic is paused.
    this.#consumer.pause([{ topic, partitions: [partition] }]);
  }

  #resume(key: string): void {
    const halt = this.#halts.get(key);
    if (halt === undefined) return;
    clearTimeout(halt.timer);
    this.#halts.delete(key);
    this.#consumer.resume([{ topic: halt.topic, partitions: [halt.partition] }]);
  }
}
