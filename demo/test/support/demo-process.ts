import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How the demo ended. */
export interface DemoEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** `demo/main.ts` in its own process, with its own broker and free ports. */
export class DemoProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly ended: Promise<DemoEnd>;
  #output = '';
  readonly #watchers = new Set<() => void>();

  constructor(...flags: string[]) {
    const { KAFKA_BROKERS: _brokers, KAFKA_IMAGE: _image, ...env } = process.env;
    this.#child = spawn(process.execPath, ['--conditions=@tracelink/source', 'demo/main.ts', ...flags], {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
        for (const look of this.#watchers) look();
      });
    this.ended = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }) as DemoEnd);
  }

  /** Its output so far. */
  get output(): string {
    return this.#output;
  }

  /** Resolves with the pattern's match once the output has it; rejects when the process ends before. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
    const look = (): void => {
      const match = pattern.exec(this.#output);
      if (match !== null) resolve(match);
    };
    this.#watchers.add(look);
    look();
    void this.ended.then(() => reject(new Error(`The demo ended and did not say ${String(pattern)}:\n${this.#output}`)));
    try {
      return await promise;
    } finally {
      this.#watchers.delete(look);
    }
  }

  /** Closes its output, as `head` does. */
  stopReading(): void {
    this.#child.stdout?.destroy();
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Every running process that the demo started: its id and its command line. */
  async children(): Promise<Map<number, string>> {
    const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,args=']);
    const all = [...stdout.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)].map(([, pid, parent, args]) => ({
      pid: Number(pid),
      parent: Number(parent),
      args: String(args),
    }));
    const below = (pid: number): [number, string][] =>
      all.filter(({ parent }) => parent === pid).flatMap((child) => [[child.pid, child.args] as [number, string], ...below(child.pid)]);
    return new Map(below(Number(this.#child.pid)).filter(([, args]) => !args.startsWith('ps ')));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}

/** Resolves when none of the processes runs any more. */
export async function allGone(pids: Iterable<number>): Promise<void> {
  for (const pid of pids) while (isThere(pid)) await new Promise((resolve) => setImmediate(resolve));
}

/** Whether a process runs. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
