import { countTask } from './task-metrics.ts';
import type { TaskRun } from './task-run.ts';

interface Entry<T> {
  readonly value: T;
  previous: Entry<T> | undefined;
  next: Entry<T> | undefined;
}

/**
 * First in, first out, each value once, at a constant cost however long it is, also for what leaves out of turn: an array's `shift` moves all
 * that is left, and a `Set` looks for its first one behind all that were deleted.
 */
class TaskQueue<T> {
  readonly #entries = new Map<T, Entry<T>>();
  #first: Entry<T> | undefined;
  #last: Entry<T> | undefined;

  get size(): number {
    return this.#entries.size;
  }

  push(value: T): void {
    const entry: Entry<T> = { value, previous: this.#last, next: undefined };
    if (this.#last === undefined) this.#first = entry;
    else this.#last.next = entry;
    this.#last = entry;
    this.#entries.set(value, entry);
  }

  /** Takes the oldest; `undefined` when there is none. */
  shift(): T | undefined {
    const value = this.#first?.value;
    if (value !== undefined) this.remove(value);
    return value;
  }

  /** Takes one out of turn; `false` when it is not there. */
  remove(value: T): boolean {
    const entry = this.#entries.get(value);
    if (entry === undefined) return false;
    this.#entries.delete(value);
    const { previous, next } = entry;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    return true;
  }
}

/**
 * The tasks that wait for their turn: those that have a place in the backlog, and, under `overflow: 'block'`, those outside that
 * wait for one.
 */
export class Backlog {
  readonly #limit: number;
  readonly #inside = new TaskQueue<TaskRun>();
  readonly #outside = new TaskQueue<TaskRun>();

  /** @param limit how many places there are, from 0; `Infinity` for no bound */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.#inside.size >= this.#limit;
  }

  get isEmpty(): boolean {
    return this.#inside.size + this.#outside.size === 0;
  }

  /** Gives a task a place where there is one; otherwise it waits outside. */
  push(run: TaskRun): void {
    countTask('queued', run.name, 1);
    if (this.isFull) this.#outside.push(run);
    else this.#admit(run);
  }

  /** Takes the oldest, whose place goes to the oldest outside; `undefined` when no task waits. */
  shift(): TaskRun | undefined {
    const next = this.#take();
    this.#promote();
    return next;
  }

  /** Takes one that is no longer to be done, whose place goes to the oldest outside; `false` when it does not wait. */
  remove(run: TaskRun): boolean {
    if (!this.#inside.remove(run) && !this.#outside.remove(run)) return false;
    countTask('queued', run.name, -1);
    this.#promote();
    return true;
  }

  /** Takes all; no task outside gets a place. */
  shiftAll(): TaskRun[] {
    const all: TaskRun[] = [];
    for (let run = this.#take(); run !== undefined; run = this.#take()) all.push(run);
    return all;
  }

  #take(): TaskRun | undefined {
    const next = this.#inside.shift() ?? this.#outside.shift();
    if (next !== undefined) countTask('queued', next.name, -1);
    return next;
  }

  #promote(): void {
    const promoted = this.isFull ? undefined : this.#outside.shift();
    if (promoted !== undefined) this.#admit(promoted);
  }

  #admit(run: TaskRun): void {
    this.#inside.push(run);
    run.accept();
  }
}
