import { longestTimer } from '@tracelink/context/internal';
import { KafkaTracingError } from './kafka-tracing-error.ts';

/** What a value must be, as a text and as a check. */
export interface Rule {
  readonly must: string;
  readonly accepts: (value: unknown) => boolean;
}

export const text: Rule = { must: 'a string that is not empty', accepts: (value) => typeof value === 'string' && value !== '' };
export const aFunction: Rule = { must: 'a function', accepts: (value) => typeof value === 'function' };

/** A whole number from `least`, in `unit`. */
export function wholeNumber(unit: string, least: number): Rule {
  return {
    must: `a whole number of ${unit}, ${least} or more`,
    accepts: (value) => Number.isSafeInteger(value) && (value as number) >= least,
  };
}

/** Milliseconds that a timer can wait, from `least`. */
export function milliseconds(least: number): Rule {
  return {
    must: `a number of milliseconds from ${least} to ${longestTimer}`,
    accepts: (value) => typeof value === 'number' && value >= least && value <= longestTimer,
  };
}

export function oneOf(...values: readonly unknown[]): Rule {
  return { must: values.map((value) => JSON.stringify(value)).join(' or '), accepts: (value) => values.includes(value) };
}

export function orFunction({ must, accepts }: Rule): Rule {
  return { must: `${must} or a function`, accepts: (value) => typeof value === 'function' || accepts(value) };
}

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
  if (typeof options !== 'object' || options === null)
    throw new KafkaTracingError('invalid_option', `${taker} takes an object of options, not ${describe(options)}.`);
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined)
      throw new KafkaTracingError('unknown_option', `${taker} has no option "${name}": use ${Object.keys(rules).join(', ')}.`);
    if (value !== undefined && !rule.accepts(value))
      throw new KafkaTracingError('invalid_option', `"${name}" is ${describe(value)}: it must be ${rule.must}.`);
  }
}

/** A value in an error text, short; never throws. */
function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? 'another object' : String(value);
}
