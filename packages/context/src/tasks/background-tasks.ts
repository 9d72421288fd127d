import { checkOption, orInfinity } from '../errors/check-options.ts';
import { milliseconds } from '../errors/option-rules.ts';
import { ContextError, type ContextErrorCode } from '../errors/context-error.ts';
import type { BackgroundTask, Task, TaskOptions, TaskSummary } from './background-task.ts';
import { checkTask, checkTasksOptions, type BackgroundTasksOptions, type CheckedOptions } from './background-tasks-options.ts';
import { Backlog } from './backlog.ts';
import { countTask, recordTask } from './task-metrics.ts';
import { DrainTally, logReport, reportFailure, type DrainReport } from './task-reports.ts';
import { spillTask, taskInContext, TaskRun, type TaskEnd } from './task-run.ts';

/** Options of {@link BackgroundTasks.drain}. */
export interface DrainOptions {
  /** Milliseconds until the tasks that have not ended are aborted, from 0; `Infinity` for never. @default 10_000 */
  readonly timeout?: number;
  /** Milliseconds that aborted tasks then have to end, from 0; the drain takes `timeout + grace` at most. @default 1_000 */
  readonly grace?: number;
}

const drainTime = orInfinity(milliseconds(0));

/**
 * Work that a request starts and no one waits for. Each task runs in a copy of its caller's context, in a span of its own
 * that lives as long as the task, with a signal of its own; its errors are reported once and never become an unhandled
 * rejection; and before the process stops, {@link drain} finishes the tasks or names those it could not.
 *
 * Make one for the process. `await using` drains it.
 */
export class BackgroundTasks implements AsyncDisposable {
  readonly #options: CheckedOptions;
  readonly #running = new Set<TaskRun>();
  readonly #spilling = new Set<TaskRun>();
  readonly #backlog: Backlog;
  #tally: DrainTally | undefined;
  #report: Promise<DrainReport> | undefined;
  #isDrained = false;
  #whenIdle: (() => void) | undefined;

  /** @throws {ContextError} `invalid_option` */
  constructor(options: BackgroundTasksOptions = {}) {
    this.#options = checkTasksOptions(options);
    this.#backlog = new Backlog(this.#options.backlog);
  }

  /**
   * Starts a task, or lets it wait for its turn, and returns at once: none of the task's code runs before the caller's next
   * `await`. Whatever the task does, and where it is refused, nothing is thrown: `onError` is told, once.
   *
   * @param name names the span and the metrics, so there should be few of them: no ids
   * @throws {ContextError} `invalid_option` for an empty name, a task that is no function, or an option that cannot be
   */
  run(name: string, task: Task, options?: TaskOptions): BackgroundTask;
  run<I>(name: string, task: Task<I>, options: TaskOptions<I> & { readonly input: I }): BackgroundTask;
  run(name: string, task: Task<never>, options: TaskOptions<unknown> = {}): BackgroundTask {
    const { timeout = this.#options.timeout, relation = this.#options.relation } = options;
    checkTask(name, task, { ...options, timeout, relation });
    const run = new TaskRun(name, task as Task<unknown>, { ...options, timeout, relation });
    this.#place(run);
    return run;
  }

  /** The tasks that are in flight now, in the order in which they began. */
  running(): TaskSummary[] {
    return [...this.#running].map((run) => run.summary());
  }

  /**
   * Takes no more tasks, waits for those it has, and aborts what is left at the deadline. Tasks that then do not end within the
   * grace, or that had not begun, are abandoned, or spilled where there is a `spill` hook and they have an input. Called
   * again, it gives the same report.
   *
   * It belongs between the end of the servers and consumers that start tasks, and the end of the producers and of the tracing
   * that tasks use.
   *
   * @throws {ContextError} at once: `drain_in_task` when called inside one of these tasks or its `spill` hook, which it would wait for; `invalid_option`
   */
  drain({ timeout = 10_000, grace = 1_000 }: DrainOptions = {}): Promise<DrainReport> {
    const asking = taskInContext.get();
    if (asking !== undefined && (this.#running.has(asking) || this.#spilling.has(asking)))
      throw new ContextError('drain_in_task', `"${asking.name}" cannot wait for itself to end: drain from outside the tasks.`);
    checkOption('"timeout"', timeout, drainTime);
    checkOption('"grace"', grace, drainTime);
    this.#report ??= this.#drain(timeout, grace);
    return this.#report;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain();
  }

  #place(run: TaskRun): void {
    const { concurrency, backlog, overflow } = this.#options;
    if (this.#isDrained) this.#refuse(run, 'draining', 'the tasks were drained');
    else if (this.#tally !== undefined) this.#handOver(run, 'draining', 'the tasks are being drained');
    else if (this.#running.size < concurrency) this.#start(run, false);
    else if (!this.#backlog.isFull || overflow === 'block') this.#wait(run);
    else this.#handOver(run, 'backlog_full', `${backlog} tasks wait already`);
  }

  #start(run: TaskRun, queued: boolean): void {
    this.#running.add(run);
    countTask('running', run.name, 1);
    run.accept();
    void run.perform(queued).then((ending) => {
      this.#leave(run, ending);
      this.#startNext();
    });
  }

  /** A task that is cancelled while it waits leaves at once: what it holds, and its place, are for others. */
  #wait(run: TaskRun): void {
    this.#backlog.push(run);
    run.whenCancelled(() => {
      if (this.#backlog.remove(run)) this.#end(run, { outcome: 'failed', error: run.abortReason });
    });
  }

  #startNext(): void {
    while (this.#running.size < this.#options.concurrency) {
      const next = this.#backlog.shift();
      if (next === undefined) return;
      this.#start(next, true);
    }
  }

  /** Under `overflow: 'spill'` a task with an input is done elsewhere; others are refused. */
  #handOver(run: TaskRun, code: ContextErrorCode, why: string): void {
    const { overflow, spill } = this.#options;
    if (overflow === 'spill' && spill !== undefined && run.hasInput) this.#spill(run, spill);
    else this.#refuse(run, code, why);
  }

  #spill(run: TaskRun, spill: NonNullable<BackgroundTasksOptions['spill']>): void {
    this.#spilling.add(run);
    void spillTask(run, spill).then((ending) => this.#leave(run, ending));
  }

  #refuse(run: TaskRun, code: ContextErrorCode, why: string): void {
    this.#end(run, { outcome: 'rejected', error: new ContextError(code, `"${run.name}" was refused: ${why}.`) });
  }

  /** Takes a task out of the place it has; one that was abandoned has none any more. */
  #leave(run: TaskRun, ending: TaskEnd): void {
    if (this.#running.delete(run)) countTask('running', run.name, -1);
    else if (!this.#spilling.delete(run)) return;
    this.#end(run, ending);
    if (this.#isIdle()) this.#whenIdle?.();
  }

  #end(run: TaskRun, ending: TaskEnd): void {
    const { outcome, error } = ending;
    const inside = run.inside();
    if (inside === undefined) return;
    run.end(ending);
    recordTask(run.name, outcome, run.ageMs);
    this.#tally?.add(outcome, () => run.summary());
    if (outcome === 'finished' || outcome === 'spilled') return;
    void inside(() => reportFailure(error, { name: run.name, traceId: run.traceId, outcome }, this.#options));
  }

  async #drain(timeout: number, grace: number): Promise<DrainReport> {
    const tally = (this.#tally = new DrainTally());
    if (!(await this.#idleWithin(timeout))) {
      const reason = new ContextError('drain_timeout', `The tasks had ${timeout} ms to end.`);
      this.#giveUp(reason);
      if (!(await this.#idleWithin(grace))) {
        for (const run of [...this.#running, ...this.#spilling]) this.#leave(run, { outcome: 'abandoned', error: reason });
      }
    }
    this.#isDrained = true;
    const report = tally.report();
    if (this.#options.log !== undefined) void logReport(report, this.#options.log);
    return report;
  }

  #giveUp(reason: ContextError): void {
    // First those that wait: the end of a task that obeys must not start one of them.
    for (const run of this.#backlog.shiftAll()) {
      if (this.#options.spill !== undefined && run.hasInput) this.#spill(run, this.#options.spill);
      else this.#end(run, { outcome: 'abandoned', error: reason });
    }
    for (const run of this.#running) run.abandon(reason);
  }

  #isIdle(): boolean {
    return this.#running.size + this.#spilling.size === 0 && this.#backlog.isEmpty;
  }

  async #idleWithin(milliseconds: number): Promise<boolean> {
    if (this.#isIdle()) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#whenIdle = () => resolve(true);
    // Not unref'd: a process that has nothing else to do must still report what it abandons.
    const timer = Number.isFinite(milliseconds) ? setTimeout(resolve, milliseconds, false) : undefined;
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }
}
