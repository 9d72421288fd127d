import { orAborted } from '../core/aborted-work.ts';
import { oneLine } from './record-output.ts';

/** Exit codes that mean the same for all commands. */
export const exitCodes = { done: 0, failed: 1, wrongOptions: 2, interrupted: 130 } as const;

/** Where a command writes. */
export interface Terminal {
  /** Writes results to stdout. The caller escapes characters that move the cursor. */
  readonly print: (text: string) => void;
  /** Writes everything else to stderr, one line each; characters that move the cursor are escaped. */
  readonly say: (line: string) => void;
}

/**
 * Waits until stdout has taken what was printed, which a reader may do as slowly as it likes, or has failed.
 *
 * @returns whether that came before the signal
 */
export async function isTaken(signal: AbortSignal): Promise<boolean> {
  // Its callback comes behind those of all writes before it, with their error where they fail.
  const { promise, resolve } = Promise.withResolvers<void>();
  process.stdout.write('', () => resolve());
  return orAborted(promise, signal).then(
    () => true,
    () => false,
  );
}

/** Waits where stdout has as much to write as it buffers: a reader that is behind must not fill the memory. Ends with the signal. */
export async function keepPace(signal: AbortSignal): Promise<void> {
  if (process.stdout.writableNeedDrain) await isTaken(signal);
}

export const terminal: Terminal = {
  print: (text) => void process.stdout.write(`${text}\n`),
  say: (line) => void process.stderr.write(`${oneLine(line)}\n`),
};

/**
 * Hides one warning of Node: newer versions warn about a timer of kafkajs, and the person who types a command cannot change that.
 * All other warnings are printed.
 */
export function muteTimerWarnings(): void {
  const printers = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'TimeoutNegativeWarning') for (const print of printers) print(warning);
  });
}

/** Milliseconds between two lines of progress. */
const interval = 1_000;

/** Prints the progress of a command once a second, when it has changed. */
export class ProgressLine {
  readonly #counts = new Map<string, number>();
  readonly #say: (line: string) => void;
  readonly #timer: NodeJS.Timeout;
  #said = '';

  constructor(say: (line: string) => void) {
    this.#say = say;
    this.#timer = setInterval(() => this.#tell(), interval).unref();
  }

  /** The count of each kind, as `replayed 12, filtered 3`. */
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
