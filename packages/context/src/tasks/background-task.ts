import type { Attributes } from '@opentelemetry/api';
import type { Relation } from '../values/detached-values.ts';
import type { ContextValue } from '../values/context-value.ts';

/**
 * How a task ended:
 * - `finished`: it returned or resolved, be it after its timeout
 * - `failed`: it threw or rejected, it was cancelled before it began, or `spill` did not take its input
 * - `timed_out`: it gave up after its timeout
 * - `abandoned`: it had not ended when the drain did, or it gave up because of the drain
 * - `rejected`: it was refused and never began
 * - `spilled`: it never began, and `spill` took its input
 */
export type TaskOutcome = 'finished' | 'failed' | 'timed_out' | 'abandoned' | 'rejected' | 'spilled';

/** What a task is given. */
export interface TaskScope<I = undefined> {
  /**
   * Aborted after the task's timeout, at the drain's deadline, or when the signal given to `run` is; the reason says which.
   * Inside the task, `currentSignal()` is the same.
   */
  readonly signal: AbortSignal;
  /** 32 hex digits; `undefined` where there is neither a trace nor an SDK. */
  readonly traceId: string | undefined;
  /** What `run` was given as `input`. */
  readonly input: I;
}

/** The work: a function that may be synchronous, asynchronous, or return any thenable. What it returns is not kept. */
export type Task<I = undefined> = (scope: TaskScope<I>) => unknown;

/** Options of `BackgroundTasks.run`. */
export interface TaskOptions<I = undefined> {
  /**
   * What the task works on, given to it as `scope.input`. A task that has one can be spilled: it then has to be something
   * that the `spill` hook can write down.
   */
  readonly input?: I;
  /** Milliseconds of work, waiting not counted; `Infinity` for no limit. @default that of the tasks' options */
  readonly timeout?: number;
  /** Cancels this task; one that waits for its turn does not begin then, nor is it spilled. @default nothing */
  readonly signal?: AbortSignal;
  /** Whether the task stays in the caller's trace. @default that of the tasks' options */
  readonly relation?: Relation;
  /** Values to take along beside those made with `detached: true`. @default none */
  readonly keys?: readonly ContextValue<unknown>[];
  /** Attributes of the task's span. @default none */
  readonly attributes?: Attributes;
}

/** A task that `BackgroundTasks.run` was given. None of its promises ever rejects. */
export interface BackgroundTask {
  readonly name: string;
  /** 32 hex digits, known at once, for the answer to the request; `undefined` where there is neither a trace nor an SDK. */
  readonly traceId: string | undefined;
  /** Where the task is, or how it ended. */
  readonly state: 'queued' | 'running' | TaskOutcome;
  /**
   * Resolves with `true` as soon as the task has its place: it runs, waits in the backlog, or was spilled. With `false` when it
   * never gets one. Awaiting it is what slows a caller down under `overflow: 'block'`.
   */
  readonly accepted: Promise<boolean>;
  /** Resolves when the task has ended. Awaiting it inside another task of the same `BackgroundTasks` can block both. */
  readonly done: Promise<TaskOutcome>;
}

/** A task as reports list it. */
export interface TaskSummary {
  readonly name: string;
  readonly traceId: string | undefined;
  /** Milliseconds since `run` was called. */
  readonly ageMs: number;
}
