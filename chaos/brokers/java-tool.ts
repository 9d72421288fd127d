import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { docker } from './docker.ts';

/** A command line tool of Apache Kafka, which runs in its own container. */
export class JavaTool {
  readonly #name: string;
  readonly #child;
  readonly #lastWords: Promise<string>;
  readonly #gone: Promise<number | null>;

  /**
   * @param run the arguments of `docker run` that name the container and put it on the brokers' network
   * @param command the tool and its arguments
   */
  constructor(name: string, run: readonly string[], command: readonly string[]) {
    this.#name = name;
    const child = spawn('docker', ['run', '--rm', '--interactive', '--name', name, ...run, ...command], { detached: true });
    this.#child = child;
    this.#lastWords = text(child.stderr);
    this.#gone = once(child, 'close').then(([code]) => code as number | null);
  }

  /** Passes on each line of output. Resolves when the output has ended. */
  async lines(onLine: (line: string) => void): Promise<void> {
    for await (const line of createInterface({ input: this.#child.stdout as Readable })) onLine(line);
  }

  /** Writes its input. Resolves when it has ended. @throws with its output, when it failed */
  async feed(input: string): Promise<void> {
    this.#child.stdout.resume();
    this.#child.stdin.end(input);
    if ((await this.#gone) !== 0) throw new Error(`${this.#name}: ${(await this.#lastWords).slice(-2_000)}`);
  }

  /** Asks it to end. Resolves when it has ended. */
  async end(): Promise<void> {
    await docker('kill', '--signal', 'TERM', this.#name);
    await this.#gone;
  }
}
