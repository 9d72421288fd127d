import { countTask } from './task-metrics.ts';
import type { TaskRun } from './task-run.ts';

interface Entry<T> {
  readonly value: T;
  next: Entry<T> | undefined;
}

/** First in, first out, at a constant cost however long it is: an array's `shift` moves all that is left. */
class TaskQueue<T> {
  #first: Entry<T> | undefined;
  #last: Entry<T> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(value: T): void {
    const entry: Entry<T> = { value, next: undefined };
    if (this.#last === undefined) this.#first = entry;
    else this.#last.next = entry;
    this.#last = entry;
    this.#size++;
  }

  /** Takes the oldest; `undefined` when there is none. */
  shift(): T | undefined {
    const entry = this.#first;
    if (entry === undefined) return undefined;
    this.#first = entry.next;
    if (entry.next === undefined) this.#last = undefined;
    this.#size--;
    return entry.value;
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
    const promoted = this.isFull ? undefined : this.#outside.shift();
    if (promoted !== undefined) this.#admit(promoted);
    return next;
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

  #admit(run: TaskRun): void {
    this.#inside.push(run);
    run.accept();
  }
}
