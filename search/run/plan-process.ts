import { fork, type ChildProcess } from 'node:child_process';
import { loadTime } from '../judge/load-clock.ts';
import type { Violation } from '../judge/journal.ts';
import type { Plan } from '../plan/plan.ts';
import type { FromChild, ToChild } from './plan-child.ts';

/** The result of a plan in another process. */
export interface PlanResult {
  readonly sent: number;
  readonly violations: readonly Violation[];
}

// Milliseconds without a sign of life, after the first: on a loaded machine the start takes longer.
const silence = 15_000;

/** A process that runs plans, several at a time. It may freeze: a plan may block the event loop for ever. */
export class PlanProcess {
  readonly #child: ChildProcess;
  readonly #running = new Map<number, (result: PlanResult | 'frozen') => void>();
  readonly #late: (run: number, violations: readonly Violation[]) => void;
  readonly #closed = Promise.withResolvers<void>();
  #lastSign = loadTime();
  #hasStarted = false;
  #isGone = false;

  /** @param late called with violations after a plan's end */
  constructor(file: string, late: (run: number, violations: readonly Violation[]) => void) {
    this.#late = late;
    const execArgv = ['--conditions=@tracelink/source', '--disable-warning=TimeoutNegativeWarning'];
    this.#child = fork(file, { execArgv, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child.on('message', (message) => this.#take(message as FromChild));
    const watch = setInterval(() => {
      if (this.#hasStarted && loadTime() - this.#lastSign > silence) this.#child.kill('SIGKILL');
    }, 1_000);
    this.#child.once('exit', () => {
      clearInterval(watch);
      this.#isGone = true;
      for (const settle of this.#running.values()) settle('frozen');
      this.#running.clear();
      this.#closed.resolve();
    });
  }

  /** The number of its plans. */
  get load(): number {
    return this.#running.size;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** @returns `frozen` when the process froze before the plan's end, whichever plan caused it */
  run(run: number, plan: Plan): Promise<PlanResult | 'frozen'> {
    const { promise, resolve } = Promise.withResolvers<PlanResult | 'frozen'>();
    if (this.#isGone) return Promise.resolve('frozen');
    this.#running.set(run, resolve);
    this.#child.send({ run, plan } satisfies ToChild);
    return promise;
  }

  /** Waits for late violations, and ends the process. */
  async end(): Promise<void> {
    if (!this.#isGone) this.#child.send('end' satisfies ToChild);
    await this.#closed.promise;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #take(message: FromChild): void {
    this.#lastSign = loadTime();
    this.#hasStarted = true;
    if (message === 'alive') return;
    if ('late' in message) return this.#late(message.late, message.violations);
    this.#running.get(message.run)?.(message);
    this.#running.delete(message.run);
  }
}
