import { ContextError } from './context-error.ts';
import { areContextValues, type ContextValue } from './context-value.ts';
import type { Relation } from './start-detached-span.ts';

/** Options of `forEachDetached`. */
export interface ForEachDetachedOptions<T = unknown> {
  /** Of the span that stands for the loop, and of those of its items. @default 'detached loop' */
  readonly name?: string;
  /** Items in flight at the same time, from 1. @default 10 */
  readonly concurrency?: number;
  /** Milliseconds after which an item is worth a span though it went well; `Infinity` for none. @default 1_000 */
  readonly slowAfter?: number;
  /** Items that get a span of their own at most; more are counted only. @default 100 */
  readonly spanLimit?: number;
  /**
   * Ends the loop: no other item begins, an iterator that is waiting is left, and the items in flight, which find it by
   * `currentSignal()`, have `grace` to end. @default nothing
   */
  readonly signal?: AbortSignal;
  /**
   * Milliseconds, from 0, that items in flight have to end after `signal`; the report counts those that ignore it as `abandoned`, and
   * the loop ends without them. `Infinity` waits for all. @default 500, less than the grace of a drain
   */
  readonly grace?: number;
  /** Whether the loop stays in its caller's trace, or gets one of its own that links to it. @default 'parent' */
  readonly relation?: Relation;
  /** Values to take along beside those made with `detached: true`. @default none */
  readonly keys?: readonly ContextValue<unknown>[];
  /**
   * Told once of each item that failed, in the loop's context, also of one that fails after it was abandoned. What it throws goes to
   * `diag`. @default none
   */
  readonly onError?: (error: unknown, item: T) => unknown;
}

/** The options of a loop with their defaults. */
export type CheckedLoop<T> = Required<
  Pick<ForEachDetachedOptions<T>, 'name' | 'concurrency' | 'slowAfter' | 'spanLimit' | 'grace' | 'relation' | 'keys'>
> &
  Pick<ForEachDetachedOptions<T>, 'signal' | 'onError'>;

const isFunction = (value: unknown): boolean => typeof value === 'function';
const isCount = (value: unknown, least: number): boolean => Number.isSafeInteger(value) && (value as number) >= least;

// What Node's timers can wait for; they fire at once for more.
const longest = 2 ** 31 - 1;
const isGrace = (value: unknown): boolean => value === Infinity || (typeof value === 'number' && value >= 0 && value <= longest);

const rules: Readonly<Record<keyof ForEachDetachedOptions, readonly [must: string, accepts: (value: unknown) => boolean]>> = {
  name: ['a string that is not empty', (value) => typeof value === 'string' && value !== ''],
  concurrency: ['a whole number from 1', (value) => isCount(value, 1)],
  slowAfter: ['a number of milliseconds, 0 or more', (value) => typeof value === 'number' && value >= 0],
  spanLimit: ['a whole number from 0', (value) => isCount(value, 0)],
  signal: ['an AbortSignal', (value) => isFunction((value as Partial<AbortSignal> | null)?.addEventListener)],
  grace: [`a number of milliseconds from 0 to ${longest}, or Infinity`, isGrace],
  relation: ['"parent" or "link"', (value) => value === 'parent' || value === 'link'],
  keys: ['a list of context values', areContextValues],
  onError: ['a function', isFunction],
};

/** @throws {ContextError} `invalid_option`, with a text that says what to write instead */
export function checkLoop<T>(items: unknown, task: unknown, options: ForEachDetachedOptions<T>): CheckedLoop<T> {
  const refuse = (must: string): never => {
    throw new ContextError('invalid_option', must);
  };
  if (!isIterable(items)) refuse('forEachDetached takes items that can be iterated: an array, a generator.');
  if (!isFunction(task)) refuse('forEachDetached takes a task, a function of one item.');
  if (typeof options !== 'object' || options === null) refuse('forEachDetached takes an object of options.');
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, name) ? rules[name as keyof ForEachDetachedOptions] : undefined;
    if (rule === undefined) refuse(`forEachDetached has no option "${name}": use ${Object.keys(rules).join(', ')}.`);
    if (value === undefined) continue;
    if (rule?.[1](value) !== true) refuse(`"${name}" must be ${rule?.[0]}.`);
    given[name] = value;
  }
  return { name: 'detached loop', concurrency: 10, slowAfter: 1_000, spanLimit: 100, grace: 500, relation: 'parent', keys: [], ...given };
}

function isIterable(items: unknown): boolean {
  if (items === null || items === undefined) return false;
  const { [Symbol.iterator]: sync, [Symbol.asyncIterator]: async } = items as Partial<Iterable<unknown> & AsyncIterable<unknown>>;
  return isFunction(sync) || isFunction(async);
}
