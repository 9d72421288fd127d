import { ContextError } from './context-error.ts';

/** What Node's timers can wait for, in milliseconds; they fire at once for more. */
export const longestTimer: number = 2 ** 31 - 1;

/** What an option must be, as its error says it, and whether a value is that. */
export type Rule = readonly [must: string, accepts: (value: unknown) => boolean];

/** A rule for each option that there is. */
export type Rules<O> = Readonly<Record<keyof O, Rule>>;

export const aFunction: Rule = ['a function', isFunction];
export const aSignal: Rule = ['an AbortSignal', (value) => isFunction((value as Partial<AbortSignal> | null)?.addEventListener)];

export function oneOf(...values: readonly unknown[]): Rule {
  return [values.map((value) => JSON.stringify(value)).join(' or '), (value) => values.includes(value)];
}

export function wholeNumberFrom(least: number): Rule {
  return [`a whole number from ${least}`, (value) => Number.isInteger(value) && (value as number) >= least];
}

/** A time that a timer can wait for. `least` is 1 where no time at all makes no sense. */
export function millisecondsFrom(least: 0 | 1): Rule {
  return [
    `a number of milliseconds from ${least} to ${longestTimer}`,
    (value) => typeof value === 'number' && value >= least && value <= longestTimer,
  ];
}

export function orInfinity([must, accepts]: Rule): Rule {
  return [`${must}, or Infinity`, (value) => value === Infinity || accepts(value)];
}

/**
 * Checks each option against its rule.
 *
 * @param subject what takes the options, as its caller writes it
 * @returns the options that were given a value
 * @throws {ContextError} `invalid_option`, with a text that says what to write instead
 */
export function checkOptions<O extends object>(subject: string, options: O, rules: Rules<O>): Partial<O> {
  if (typeof options !== 'object' || options === null) refuse(`${subject} takes an object of options.`);
  const given: Partial<O> = {};
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, name)) refuse(`${subject} has no option "${name}": use ${Object.keys(rules).join(', ')}.`);
    if (value === undefined) continue;
    checkOption(`"${name}"`, value, rules[name as keyof O]);
    given[name as keyof O] = value as O[keyof O];
  }
  return given;
}

/**
 * @param subject what has the value, as its error calls it
 * @throws {ContextError} `invalid_option`, where the value is not what the rule asks for
 */
export function checkOption(subject: string, value: unknown, [must, accepts]: Rule): void {
  if (!accepts(value)) refuse(`${subject} must be ${must}.`);
}

/** @throws {ContextError} `invalid_option`, always */
export function refuse(text: string): never {
  throw new ContextError('invalid_option', text);
}

export function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
