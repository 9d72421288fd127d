import { aSignal, checkOptions, orInfinity, refuse, wholeNumberFrom } from '../errors/check-options.ts';
import { aFunction, isFunction, milliseconds, oneOf, text, type Rules } from '../errors/option-rules.ts';
import type { Relation } from '../values/detached-values.ts';
import { contextValues, type ContextValue } from '../values/context-value.ts';

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

const rules: Rules<ForEachDetachedOptions> = {
  name: text,
  concurrency: wholeNumberFrom(1),
  slowAfter: { must: 'a number of milliseconds, 0 or more', accepts: (value) => typeof value === 'number' && value >= 0 },
  spanLimit: wholeNumberFrom(0),
  signal: aSignal,
  grace: orInfinity(milliseconds(0)),
  relation: oneOf('parent', 'link'),
  keys: contextValues,
  onError: aFunction,
};

const defaults = {
  name: 'detached loop',
  concurrency: 10,
  slowAfter: 1_000,
  spanLimit: 100,
  grace: 500,
  relation: 'parent',
  keys: [],
} as const;

/** @throws {ContextError} `invalid_option`, with a text that says what to write instead */
export function checkLoop<T>(items: unknown, task: unknown, options: ForEachDetachedOptions<T>): CheckedLoop<T> {
  if (!isIterable(items)) refuse('forEachDetached takes items that can be iterated: an array, a generator.');
  if (!isFunction(task)) refuse('forEachDetached takes a task, a function of one item.');
  return { ...defaults, ...checkOptions<ForEachDetachedOptions<T>>('forEachDetached', options, rules as Rules<ForEachDetachedOptions<T>>) };
}

function isIterable(items: unknown): boolean {
  if (items === null || items === undefined) return false;
  const { [Symbol.iterator]: sync, [Symbol.asyncIterator]: async } = items as Partial<Iterable<unknown> & AsyncIterable<unknown>>;
  return isFunction(sync) || isFunction(async);
}
