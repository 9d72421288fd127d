import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { context as contextApi, isSpanContextValid, propagation, trace, type Context, type Span } from '@opentelemetry/api';
import { ContextError } from '../errors/context-error.ts';
import { startDetachedSpan } from '../spans/detached-span.ts';
import type { Relation } from '../values/detached-values.ts';
import { guard } from '../errors/diagnostics.ts';
import { Attr, EventName } from '../spans/semconv.ts';
import { endSpan } from '../spans/span-lifecycle.ts';
import { sharedContextValue, type ContextValue } from '../values/context-value.ts';
import { setSignal } from '../values/signal.ts';
import type { BackgroundTask, Task, TaskOptions, TaskOutcome, TaskSummary } from './background-task.ts';
import type { BackgroundTasksOptions } from './background-tasks-options.ts';

/** How a task ended, and what it ended with when that was not well. */
export interface TaskEnd {
  readonly outcome: TaskOutcome;
  /** What was thrown, or why the task was given up; absent for tasks that finished or were spilled. */
  readonly error?: unknown;
}

/** The task whose code is running; absent outside tasks. */
export const taskInContext: ContextValue<TaskRun | undefined> = sharedContextValue<TaskRun>('@tracelink/context.task.1');

/** What a task holds on to until it has ended, and no longer: its handle may be kept for ever. */
interface Work {
  readonly task: Task<unknown>;
  readonly input: unknown;
  /** Milliseconds, or Infinity. */
  readonly timeout: number;
  readonly context: Context;
  /** Runs a function among the caller's own AsyncLocalStorages, such as a request's logger. */
  readonly inCallersScope: <R>(fn: () => R) => R;
}

/** One task from the call of `run` to its end: its span, its context, its signal. Ends once, whatever happens after. */
export class TaskRun implements BackgroundTask {
  readonly name: string;
  readonly traceId: string | undefined;
  /** Whether the task has an input that could be worked on elsewhere. */
  readonly hasInput: boolean;
  readonly #span: Span;
  readonly #calledAt = performance.now();
  readonly #controller = new AbortController();
  readonly #accepted = new LazyPromise<boolean>();
  readonly #done = new LazyPromise<TaskOutcome>();
  #work: Work | undefined;
  #state: BackgroundTask['state'] = 'queued';
  #givenUp: 'timed_out' | 'abandoned' | undefined;
  #stopListening: (() => void) | undefined;
  #cancelled: (() => void) | undefined;

  constructor(
    name: string,
    task: Task<unknown>,
    options: TaskOptions<unknown> & { readonly timeout: number; readonly relation: Relation },
  ) {
    const { input, timeout, signal, relation, keys, attributes } = options;
    const { span, carried } = startDetachedSpan(name, { from: contextApi.active(), keys, relation, attributes });
    const spanContext = span.spanContext();
    this.name = name;
    this.traceId = isSpanContextValid(spanContext) ? spanContext.traceId : undefined;
    this.hasInput = input !== undefined;
    this.#span = span;
    const context = taskInContext.set(setSignal(trace.setSpan(carried, span), this.#controller.signal), this);
    this.#work = { task, input, timeout, context, inCallersScope: AsyncLocalStorage.snapshot() };
    if (signal !== undefined) this.#follow(signal);
  }

  get state(): BackgroundTask['state'] {
    return this.#state;
  }

  get accepted(): Promise<boolean> {
    return this.#accepted.promise;
  }

  get done(): Promise<TaskOutcome> {
    return this.#done.promise;
  }

  /** Milliseconds since the call of `run`. */
  get ageMs(): number {
    return performance.now() - this.#calledAt;
  }

  summary(): TaskSummary {
    return { name: this.name, traceId: this.traceId, ageMs: Math.round(this.ageMs) };
  }

  /** The task has its place. */
  accept(): void {
    this.#accepted.resolve(true);
  }

  /**
   * Does the work, in its own context. Resolves with how it ended; never rejects, whatever the task does.
   *
   * @param queued whether the task had to wait for its turn
   */
  async perform(queued: boolean): Promise<TaskEnd> {
    this.#state = 'running';
    try {
      // Asynchronous, so that a throw, a thenable whose `then` throws, and a rejection all come out the same way.
      await this.inside()?.((work) => this.#attempt(work, queued));
      return { outcome: 'finished' };
    } catch (error) {
      return { outcome: this.#givenUp ?? 'failed', error };
    }
  }

  /** Runs a function in the task's context and among its caller's AsyncLocalStorages; `undefined` once the task has ended. */
  inside(): (<R>(fn: (work: Work) => R) => R) | undefined {
    const work = this.#work;
    return work && ((fn) => work.inCallersScope(() => contextApi.with(work.context, () => fn(work))));
  }

  /** Aborts the task's signal because the drain's time is up: a task that now gives up was abandoned. */
  abandon(reason: ContextError): void {
    this.#abort('abandoned', reason);
  }

  /** Calls `cancelled` when the signal that `run` was given is aborted, at once when it is already, and no more once the task has ended. */
  whenCancelled(cancelled: () => void): void {
    if (this.#controller.signal.aborted) cancelled();
    else this.#cancelled = cancelled;
  }

  /** Why the task is not to be done, or not to be done any longer; `undefined` where nothing says so. */
  get abortReason(): unknown {
    return this.#controller.signal.reason;
  }

  /** @throws the reason of the signal that `run` was given, once that is aborted; that of a drain or a timeout likewise */
  throwIfAborted(): void {
    this.#controller.signal.throwIfAborted();
  }

  /** Ends the task: span, promises, what it held. `false` when it had ended before. */
  end({ outcome, error }: TaskEnd): boolean {
    if (this.#work === undefined) return false;
    this.#work = undefined;
    this.#state = outcome;
    this.#stopListening?.();
    const failure = outcome === 'finished' || outcome === 'spilled' ? undefined : { error };
    endSpan(this.#span, { failure, describe: (span) => span.setAttribute(Attr.TASK_OUTCOME, outcome) });
    this.#accepted.resolve(false);
    this.#done.resolve(outcome);
    return true;
  }

  async #attempt({ task, input, timeout }: Work, queued: boolean): Promise<void> {
    // The caller of `run` goes on first; and a long backlog of short tasks lets the event loop have its turns.
    await (queued ? eventLoopTurn() : undefined);
    const { signal } = this.#controller;
    signal.throwIfAborted();
    if (queued) this.#recordStart();
    // Unref'd: a task that waits for nothing that could happen must not keep the process alive.
    const timer = Number.isFinite(timeout) ? setTimeout(() => this.#timeOut(timeout), timeout).unref() : undefined;
    try {
      await task({ signal, traceId: this.traceId, input });
    } finally {
      clearTimeout(timer);
    }
  }

  #timeOut(timeout: number): void {
    this.#abort('timed_out', new ContextError('task_timeout', `"${this.name}" was given ${timeout} ms.`));
  }

  #abort(givenUp: 'timed_out' | 'abandoned', reason: ContextError): void {
    if (this.#controller.signal.aborted) return;
    this.#givenUp = givenUp;
    this.#controller.abort(reason);
  }

  #follow(signal: AbortSignal): void {
    const abort = (): void => {
      this.#controller.abort(signal.reason);
      this.#cancelled?.();
    };
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    this.#stopListening = () => signal.removeEventListener('abort', abort);
  }

  #recordStart(): void {
    guard('describing a span', () => {
      this.#span.setAttribute(Attr.TASK_QUEUED_MS, Math.round(this.ageMs));
      this.#span.addEvent(EventName.TASK_STARTED);
    });
  }
}

/**
 * Gives a task that has not begun to the `spill` hook, in the task's context, unless it was cancelled: nobody else is to do it then. Resolves
 * with how that ended; never rejects.
 */
export async function spillTask(run: TaskRun, spill: NonNullable<BackgroundTasksOptions['spill']>): Promise<TaskEnd> {
  const { name, traceId } = run;
  try {
    run.throwIfAborted();
    await run.inside()?.(async ({ input, context }) => {
      const headers: Record<string, string> = {};
      guard('writing headers', () => propagation.inject(context, headers));
      await spill({ name, input, headers, traceId });
    });
    run.accept();
    return { outcome: 'spilled' };
  } catch (error) {
    return { outcome: 'failed', error };
  }
}

/** A promise that costs nothing until someone asks for it, and that never rejects. */
class LazyPromise<T> {
  #settled: { readonly value: T } | undefined;
  #deferred: PromiseWithResolvers<T> | undefined;

  /** The same promise at each call. */
  get promise(): Promise<T> {
    if (this.#deferred === undefined) {
      this.#deferred = Promise.withResolvers<T>();
      if (this.#settled !== undefined) this.#deferred.resolve(this.#settled.value);
    }
    return this.#deferred.promise;
  }

  /** The first value counts. */
  resolve(value: T): void {
    this.#settled ??= { value };
    this.#deferred?.resolve(value);
  }
}
