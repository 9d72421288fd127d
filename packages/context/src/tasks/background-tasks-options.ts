import { aSignal, checkOption, checkOptions, orInfinity, refuse, wholeNumberFrom } from '../errors/check-options.ts';
import { aFunction, isFunction, milliseconds, oneOf, type Rule, type Rules } from '../errors/option-rules.ts';
import type { Relation } from '../values/detached-values.ts';
import { contextValues } from '../values/context-value.ts';
import type { TaskOptions, TaskOutcome } from './background-task.ts';

/** Where the lines go: pino's and Fastify's loggers fit, `console` too. What it throws or rejects with goes to `diag`. */
export interface TaskLog {
  info(fields: object, message: string): unknown;
  warn(fields: object, message: string): unknown;
}

/** Which task failed, for `onError`. */
export interface TaskFailure {
  readonly name: string;
  readonly traceId: string | undefined;
  readonly outcome: TaskOutcome;
}

/** A task that is handed over to be done elsewhere. */
export interface SpilledTask {
  readonly name: string;
  /** What `run` was given as `input`. */
  readonly input: unknown;
  /** The headers of the global propagator for the task's span: what is done with them belongs to the same trace. */
  readonly headers: Readonly<Record<string, string>>;
  readonly traceId: string | undefined;
}

/** Options of `BackgroundTasks`. */
export interface BackgroundTasksOptions {
  /** Tasks in flight at the same time, from 1; `Infinity` for no bound. @default 100 */
  readonly concurrency?: number;
  /** Tasks that may wait for their turn, from 0; `Infinity` for no bound. @default 10_000 */
  readonly backlog?: number;
  /**
   * What becomes of a task when the backlog is full. `reject` refuses it: `onError` is told `backlog_full`. `block` takes it, and
   * its `accepted` resolves when there is room: the bound holds for callers who await that. `spill` gives it to the `spill` hook,
   * if it has an input, and refuses it otherwise.
   * @default 'reject'
   */
  readonly overflow?: 'reject' | 'block' | 'spill';
  /**
   * Puts a task's input where another process finds it; has taken it when it resolves. Called in the task's context, for
   * tasks that do not fit into the backlog, and for those that a drain finds not begun at its deadline. A burst is handed over at once,
   * rather than lost: callers who await `accepted`, which resolves when the hook has, are what bounds how many inputs are on their way.
   */
  readonly spill?: (task: SpilledTask) => unknown;
  /** Milliseconds after which a task's signal is aborted, waiting not counted; `Infinity` for never. @default 60_000 */
  readonly timeout?: number;
  /** Whether tasks stay in their caller's trace, or get one of their own that links to it. @default 'parent' */
  readonly relation?: Relation;
  /**
   * Told once of each task that was not done, in the task's context. What it throws or rejects with goes to
   * OpenTelemetry's `diag`. @default a warning through `log`; without it an error through `diag`, once a kind and then with its count
   */
  readonly onError?: (error: unknown, failure: TaskFailure) => unknown;
  /** Takes the one line of a drain. @default none */
  readonly log?: TaskLog;
}

/** All options, defaults filled in. */
export type CheckedOptions = Required<Omit<BackgroundTasksOptions, 'spill' | 'onError' | 'log'>> &
  Pick<BackgroundTasksOptions, 'spill' | 'onError' | 'log'>;

const defaults = { concurrency: 100, backlog: 10_000, overflow: 'reject', timeout: 60_000, relation: 'parent' } as const;

const timeout = orInfinity(milliseconds(1));
const relation = oneOf('parent', 'link');

const rules: Rules<BackgroundTasksOptions> = {
  concurrency: orInfinity(wholeNumberFrom(1)),
  backlog: orInfinity(wholeNumberFrom(0)),
  overflow: oneOf('reject', 'block', 'spill'),
  spill: aFunction,
  timeout,
  relation,
  onError: aFunction,
  log: { must: 'an object with info and warn', accepts: isLog },
};

const taskRules: readonly (readonly [option: keyof TaskOptions, rule: Rule])[] = [
  ['timeout', timeout],
  ['relation', relation],
  ['signal', aSignal],
  ['keys', contextValues],
];

/** @throws {ContextError} `invalid_option`, with a text that says what to write instead */
export function checkTasksOptions(options: BackgroundTasksOptions): CheckedOptions {
  const checked: CheckedOptions = { ...defaults, ...checkOptions('BackgroundTasks', options, rules) };
  if (checked.overflow === 'spill' && checked.spill === undefined)
    refuse(`overflow: 'spill' needs the option "spill", a function that takes the task.`);
  return checked;
}

/**
 * Checks the arguments of `run` before anything is started: a span that was started by a wrong call would never end.
 *
 * @throws {ContextError} `invalid_option`, with a text that says what to write instead
 */
export function checkTask(name: unknown, task: unknown, options: TaskOptions<unknown>): void {
  if (typeof name !== 'string' || name === '') refuse('A task needs a name, a string that is not empty.');
  if (!isFunction(task)) refuse(`"${name}": the task must be a function.`);
  for (const [option, rule] of taskRules) {
    const value = options[option];
    if (value !== undefined) checkOption(`"${name}": "${option}"`, value, rule);
  }
}

function isLog(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && ['info', 'warn'].every((level) => isFunction((value as Record<string, unknown>)[level]))
  );
}
