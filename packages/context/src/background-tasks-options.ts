import type { TaskOutcome } from './background-task.ts';
import { ContextError } from './context-error.ts';
import type { Relation } from './start-detached-span.ts';

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
  /** Tasks at work at the same time, from 1; `Infinity` for no bound. @default 100 */
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
   * tasks that do not fit into the backlog, and for those that a drain finds not begun at its deadline.
   */
  readonly spill?: (task: SpilledTask) => unknown;
  /** Milliseconds after which a task's signal is aborted, waiting not counted; `Infinity` for never. @default 60_000 */
  readonly timeout?: number;
  /** Whether tasks stay in their caller's trace, or get one of their own that links to it. @default 'parent' */
  readonly relation?: Relation;
  /**
   * Told once of each task that was not done, in the task's context. What it throws or rejects with goes to
   * OpenTelemetry's `diag`. @default a warning through `log`, or else an error through `diag`
   */
  readonly onError?: (error: unknown, failure: TaskFailure) => unknown;
  /** Takes the one line of a drain. @default none */
  readonly log?: TaskLog;
}

/** All options, defaults filled in. */
export type CheckedOptions = Required<Omit<BackgroundTasksOptions, 'spill' | 'onError' | 'log'>> &
  Pick<BackgroundTasksOptions, 'spill' | 'onError' | 'log'>;

const defaults = { concurrency: 100, backlog: 10_000, overflow: 'reject', timeout: 60_000, relation: 'parent' } as const;

// What Node's timers can wait for; they fire at once for more.
const longest = 2 ** 31 - 1;

const isCount = (value: unknown, least: number): boolean => value === Infinity || (Number.isInteger(value) && (value as number) >= least);
const isFunction = (value: unknown): boolean => typeof value === 'function';
const oneOf = (...values: readonly unknown[]): readonly [string, (value: unknown) => boolean] => [
  values.map((value) => JSON.stringify(value)).join(' or '),
  (value) => values.includes(value),
];

const rules: Readonly<Record<keyof BackgroundTasksOptions, readonly [must: string, accepts: (value: unknown) => boolean]>> = {
  concurrency: ['a whole number from 1, or Infinity', (value) => isCount(value, 1)],
  backlog: ['a whole number from 0, or Infinity', (value) => isCount(value, 0)],
  overflow: oneOf('reject', 'block', 'spill'),
  spill: ['a function', isFunction],
  timeout: [`a number of milliseconds from 1 to ${longest}, or Infinity`, isTimeout],
  relation: oneOf('parent', 'link'),
  onError: ['a function', isFunction],
  log: ['an object with info and warn', isLog],
};

/** @throws {ContextError} `invalid_option`, with a text that says what to write instead */
export function checkOptions(options: BackgroundTasksOptions): CheckedOptions {
  if (typeof options !== 'object' || options === null)
    throw new ContextError('invalid_option', 'BackgroundTasks takes an object of options.');
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, name) ? rules[name as keyof BackgroundTasksOptions] : undefined;
    if (rule === undefined)
      throw new ContextError('invalid_option', `BackgroundTasks has no option "${name}": use ${Object.keys(rules).join(', ')}.`);
    if (value === undefined) continue;
    if (!rule[1](value)) throw new ContextError('invalid_option', `"${name}" must be ${rule[0]}.`);
    given[name] = value;
  }
  const checked: CheckedOptions = { ...defaults, ...given };
  if (checked.overflow === 'spill' && checked.spill === undefined)
    throw new ContextError('invalid_option', `overflow: 'spill' needs the option "spill", a function that takes the task.`);
  return checked;
}

/**
 * @param least 0 or 1: whether no time at all makes sense
 * @throws {ContextError} `invalid_option`
 */
export function checkTimeout(name: string, value: number, least: 0 | 1): number {
  if (isTimeout(value) || (value === 0 && least === 0)) return value;
  throw new ContextError('invalid_option', `"${name}" must be a number of milliseconds from ${least} to ${longest}, or Infinity.`);
}

function isTimeout(value: unknown): boolean {
  return value === Infinity || (typeof value === 'number' && value >= 1 && value <= longest);
}

function isLog(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && ['info', 'warn'].every((level) => isFunction((value as Record<string, unknown>)[level]))
  );
}
