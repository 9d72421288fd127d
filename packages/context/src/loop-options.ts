import { ContextError } from './context-error.ts';
import { areContextValues } from './context-value.ts';
import type { ForEachDetachedOptions } from './for-each-detached.ts';

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
