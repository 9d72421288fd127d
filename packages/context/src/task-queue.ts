interface Entry<T> {
  readonly value: T;
  next: Entry<T> | undefined;
}

/** First in, first out, at a constant cost however long it is: an array's `shift` moves all that is left. */
export class TaskQueue<T> {
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
