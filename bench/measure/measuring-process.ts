import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * A Node process that stays, and measures when it is asked: its code is loaded and compiled once, so that rounds are short and close to each
 * other. It has this process' own flags.
 */
export class MeasuringProcess<Question extends object, Answer> implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #name: string;
  readonly #end = (): void => void this.#child.kill();
  readonly #signal: AbortSignal;

  /**
   * @param file of `bench/`
   * @param task given to the child as JSON, in its first argument
   * @param signal ends the child
   * @param flags more flags for Node
   */
  constructor(file: string, task: object, signal: AbortSignal, flags: readonly string[] = []) {
    const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
    const argument = JSON.stringify(task);
    this.#name = `${file} ${argument}`;
    this.#signal = signal;
    this.#child = fork(path, [argument], {
      execArgv: [...process.execArgv, ...flags, '--disable-warning=TimeoutNegativeWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#ended = once(this.#child, 'exit').then(() => {});
    signal.addEventListener('abort', this.#end);
    if (signal.aborted) this.#end();
  }

  /** One question at a time. @throws when the process ends instead of answering; its stderr has gone to ours */
  async ask(question: Question): Promise<Answer> {
    const answer = once(this.#child, 'message') as Promise<[Answer]>;
    const failed = this.#ended.then(() => {
      throw new Error(`${this.#name} ended, and did not answer ${JSON.stringify(question)}`);
    });
    failed.catch(() => {});
    if (this.#child.connected) this.#child.send(question);
    const [given] = await Promise.race([answer, failed]);
    return given;
  }

  /** The process ends by itself when no one can ask it any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#ended;
    this.#signal.removeEventListener('abort', this.#end);
  }
}
