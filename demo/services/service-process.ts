import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from './child-environment.ts';

/** How to start a service from its sources. */
export interface ServiceProcessOptions {
  readonly name: string;
  /** Its entry point, from the root of the repository. */
  readonly entry: string;
  /** Modules that are imported before it. */
  readonly imports: readonly string[];
  /** All of its settings: none comes from the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds in which it must first be ready. @default 60_000 */
  readonly startTimeout?: number;
  /** Called with each line that the service writes. */
  readonly onLine: (line: string) => void;
  /** Called when the service ended by itself, or was killed, and restarts. */
  readonly onRestart: (how: string) => void;
}

/** A line of a service's log: JSON with a message. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg: string };

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Milliseconds from a service's SIGTERM to its end, a little more than its own limit. */
const patience = 12_000;

/** Milliseconds before a service that ended before it was ready restarts. */
const restartPause = 1_000;

/**
 * A service in its own process, as by its `npm start`. Once it has been ready it restarts
 * whenever it ends, as a container would be.
 */
export class ServiceProcess {
  /** Resolves when the service first logs that it is ready; rejects with its last output when it ends before, or is not ready in time. */
  readonly ready: Promise<void>;
  /** The variables that it is started with, beside those that Node needs. */
  env: Readonly<Record<string, string>>;
  readonly #options: ServiceProcessOptions;
  readonly #ready = Promise.withResolvers<void>();
  readonly #stopping = new AbortController();
  readonly #watchers = new Set<(line: LogLine) => void>();
  readonly #ended: Promise<void>;
  /** The last of its output. */
  readonly #lastLines: string[] = [];
  #child: ChildProcess | undefined;
  #wasReady = false;

  /** Starts it. */
  constructor(options: ServiceProcessOptions) {
    this.#options = options;
    this.env = options.env;
    this.ready = this.#ready.promise;
    // A caller that stops the service early does not wait for it to become ready.
    this.ready.catch(() => {});
    process.once('exit', this.kill);
    this.#ended = this.#run();
    const { startTimeout = 60_000 } = options;
    const timer = setTimeout(() => this.#failStart(`was not ready after ${startTimeout / 1000} s`), startTimeout);
    void this.#hasBeenReady().then(() => clearTimeout(timer));
  }

  /** SIGKILL: it cannot finish anything. */
  readonly kill = (): void => void this.#child?.kill('SIGKILL');

  /**
   * The next line of the log that matches, from now on.
   *
   * @param what the condition, for the error
   * @param timeout milliseconds
   * @throws {Error} when it does not come in time, or the service is stopped
   */
  async line(what: string, isWanted: (line: LogLine) => boolean, timeout = 30_000): Promise<LogLine> {
    const { promise, resolve, reject } = Promise.withResolvers<LogLine>();
    const watcher = (line: LogLine): void => {
      if (isWanted(line)) resolve(line);
    };
    const fail = (): void => reject(new Error(`The ${this.#options.name} service did not log in time: ${what}`));
    this.#watchers.add(watcher);
    const timer = setTimeout(fail, timeout);
    this.#stopping.signal.addEventListener('abort', fail);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#watchers.delete(watcher);
      this.#stopping.signal.removeEventListener('abort', fail);
    }
  }

  /** Ends it in order, as for a new version, and resolves when it is ready again, with these variables as well. */
  async restart(env: Readonly<Record<string, string>>): Promise<void> {
    this.env = { ...this.env, ...env };
    const again = this.line('that it is ready again', ({ msg }) => msg === 'Ready');
    this.#child?.kill('SIGTERM');
    await again;
  }

  /** SIGTERM, and SIGKILL 12 s later if it still runs. Resolves when the process has ended. May be called twice. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#child?.kill('SIGTERM');
    const timer = setTimeout(this.kill, patience);
    await this.#ended;
    clearTimeout(timer);
    process.off('exit', this.kill);
  }

  /** Runs it again and again, until it is stopped or was never ready. */
  async #run(): Promise<void> {
    const { onRestart } = this.#options;
    let how: string | undefined;
    for (;;) {
      this.#lastLines.length = 0;
      this.#wasReady = false;
      const running = this.#runOnce();
      // Called when the process runs, so that a listener finds it.
      if (how !== undefined) onRestart(how);
      how = await running;
      this.#failStart(`ended (${how}) before it was ready`);
      if (this.#stopping.signal.aborted || !(await this.#hasBeenReady())) return;
      if (!this.#wasReady) await pause(restartPause, undefined, { signal: this.#stopping.signal }).catch(() => {});
      if (this.#stopping.signal.aborted) return;
    }
  }

  /** Does nothing once it was ready. */
  #failStart(how: string): void {
    this.#ready.reject(new Error([`The ${this.#options.name} service ${how}. Its last lines:`, ...this.#lastLines].join('\n')));
  }

  #hasBeenReady(): Promise<boolean> {
    return this.ready.then(
      () => true,
      () => false,
    );
  }

  /** @returns how it ended */
  async #runOnce(): Promise<string> {
    const { name, entry, imports, onLine } = this.#options;
    const child = spawn(
      process.execPath,
      [
        '--conditions=@tracelink/source',
        '--import=./demo/services/end-with-demo.ts',
        ...imports.map((module) => `--import=${module}`),
        entry,
      ],
      // A process group of its own: Ctrl-C is for the demo, which stops its services in order.
      {
        cwd: root,
        env: childEnvironment({ ...this.env, OTEL_SERVICE_NAME: name }),
        stdio: ['pipe', 'pipe', 'pipe'],
        detached: true,
      },
    );
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (text) => {
        if (this.#lastLines.push(text) > 5) this.#lastLines.shift();
        onLine(text);
        const line = logLineOf(text);
        if (line === undefined) return;
        if (line.msg === 'Ready') this.#isReady();
        for (const watcher of this.#watchers) watcher(line);
      });
    }
    try {
      const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
      return signal ?? `exit code ${code}`;
    } catch (error) {
      return String(error);
    }
  }

  #isReady(): void {
    this.#wasReady = true;
    this.#ready.resolve();
  }
}

/** `undefined` for text that is no log line, such as Node's own output. */
function logLineOf(text: string): LogLine | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const line = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return typeof line['msg'] === 'string' ? (line as LogLine) : undefined;
  } catch {
    return undefined;
  }
}
