const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/**
 * Shows the running steps with their durations: on a terminal by a line that is rewritten, elsewhere by one line for each completed
 * step.
 */
export class Progress {
  readonly #running = new Map<string, number>();
  readonly #output: NodeJS.WriteStream;
  #timer: NodeJS.Timeout | undefined;
  #frame = 0;

  constructor(output: NodeJS.WriteStream) {
    this.#output = output;
  }

  /** Runs a step under its name. Several steps may run at the same time. */
  async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    this.#running.set(name, started);
    this.#timer ??= this.#output.isTTY ? setInterval(() => this.#draw(), 100) : undefined;
    try {
      const result = await work();
      this.#finish(name, '✔', started);
      return result;
    } catch (error) {
      this.#finish(name, '✘', started);
      throw error;
    }
  }

  /** Writes a line above the rewritten one. */
  say(text: string): void {
    this.#clear();
    this.#output.write(`${text}\n`);
  }

  #finish(name: string, mark: string, started: number): void {
    this.#running.delete(name);
    this.say(`${mark} ${name} ${seconds(started)}`);
    if (this.#running.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #draw(): void {
    this.#frame = (this.#frame + 1) % spinner.length;
    const steps = [...this.#running].map(([name, started]) => `${name} ${seconds(started)}`);
    this.#clear();
    this.#output.write(`${spinner[this.#frame]} ${steps.join(' · ')}`.slice(0, this.#output.columns));
  }

  #clear(): void {
    if (this.#output.isTTY) this.#output.write('\r\u001B[K');
  }
}

function seconds(started: number): string {
  return `(${((performance.now() - started) / 1000).toFixed(1)} s)`;
}
