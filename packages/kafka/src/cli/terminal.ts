import { oneLine } from './record-output.ts';

/** Where a command writes. */
export interface Terminal {
  /** Results, on stdout. The caller sees to it that nothing in them moves the cursor. */
  readonly print: (text: string) => void;
  /** All else, one line on stderr; what would move the cursor is escaped. */
  readonly say: (line: string) => void;
}

export const terminal: Terminal = {
  print: (text) => void process.stdout.write(`${text}\n`),
  say: (line) => void process.stderr.write(`${oneLine(line)}\n`),
};

/**
 * Keeps one warning of Node from the terminal: newer ones warn of a timer of kafkajs, about which whoever types a command can do
 * nothing. All others are printed as before.
 */
export function muteTimerWarnings(): void {
  const printers = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'TimeoutNegativeWarning') for (const print of printers) print(warning);
  });
}

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
