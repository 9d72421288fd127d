import { aFunction, checkOptions as checkEach, milliseconds, oneOf, text, type Rule } from '@tracelink/context/internal';
import { KafkaTracingError } from './kafka-tracing-error.ts';

export { aFunction, milliseconds, oneOf, text };
export type { Rule } from '@tracelink/context/internal';

/** Its own options are checked by rules of their own. */
export const anObject: Rule = { must: 'an object of options', accepts: (value) => typeof value === 'object' && value !== null };
export const aShare: Rule = { must: 'a number from 0 to 1', accepts: (value) => typeof value === 'number' && value >= 0 && value <= 1 };
/** Pino's and others' shape. */
export const aLog: Rule = { must: 'an object with info and warn', accepts: (value) => hasMethods(value, 'info', 'warn') };
export const aSignal: Rule = { must: 'an AbortSignal', accepts: (value) => value instanceof AbortSignal };
export const aMeterProvider: Rule = { must: 'a MeterProvider', accepts: (value) => hasMethods(value, 'getMeter') };

/** A whole number from `least`, in `unit`. */
export function wholeNumber(unit: string, least: number): Rule {
  return {
    must: `a whole number of ${unit}, ${least} or more`,
    accepts: (value) => Number.isSafeInteger(value) && (value as number) >= least,
  };
}

/** A list of texts, as names of topics are. @param what they are, in the plural */
export function someTexts(what: string): Rule {
  return {
    must: `a list of ${what}, at least one`,
    accepts: (value) => Array.isArray(value) && value.length > 0 && value.every(text.accepts),
  };
}

/** What the rule accepts, or a function that returns it, which is not called here. */
export function orFunction({ must, accepts }: Rule): Rule {
  return { must: `${must} or a function`, accepts: (value) => typeof value === 'function' || accepts(value) };
}

/** Whether a value has the shape that is relied on: a client, a pool, a logger of any maker. */
export function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  return (
    typeof value === 'object' && value !== null && names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
  );
}

/**
 * @param taker the function that takes the options, as the error names it
 * @param rules a rule for each option; `undefined` as a value means the default
 * @throws {KafkaTracingError} `unknown_option` or `invalid_option`, with a text that says what to write instead
 */
export function checkOptions(taker: string, options: object, rules: Readonly<Record<string, Rule>>): void {
  checkEach(taker, options, rules, (code, message) => new KafkaTracingError(code, message));
}

/**
 * @param names the options that have no default
 * @throws {KafkaTracingError} `invalid_option`: one of them is `undefined`
 */
export function requireOptions<K extends string>(
  taker: string,
  options: Readonly<Partial<Record<K, unknown>>>,
  rules: Readonly<Record<K, Rule>>,
  ...names: readonly K[]
): void {
  for (const name of names)
    if (options[name] === undefined)
      throw new KafkaTracingError('invalid_option', `${taker} needs "${name}": it must be ${rules[name].must}.`);
}

/** Without the options that are `undefined`: they have their defaults. */
export function givenOptions<T extends object>(options: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> };
}
