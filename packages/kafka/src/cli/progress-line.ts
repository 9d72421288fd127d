/** Milliseconds between two lines. */
const interval = 1_000;

/** Says how far a command is: once a second, where there is something new. */
export class ProgressLine {
  readonly #counts = new Map<string, number>();
  readonly #say: (line: string) => void;
  readonly #timer: NodeJS.Timeout;
  #said = '';

  constructor(say: (line: string) => void) {
    this.#say = say;
    this.#timer = setInterval(() => this.#tell(), interval).unref();
  }

  /** So many of each kind, as `replayed 12, filtered 3`. */
  get text(): string {
    return [...this.#counts].map(([what, count]) => `${what} ${count}`).join(', ');
  }

  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #tell(): void {
    const { text } = this;
    if (text !== this.#said) this.#say(text);
    this.#said = text;
  }
}
