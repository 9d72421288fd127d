import { checkOptions as checkEach, type Rule } from '@tracelink/context/internal';
import { KafkaTracingError } from './kafka-tracing-error.ts';

export { aFunction, milliseconds, oneOf, text } from '@tracelink/context/internal';
export type { Rule } from '@tracelink/context/internal';

/** A whole number from `least`, in `unit`. */
export function wholeNumber(unit: string, least: number): Rule {
  return {
    must: `a whole number of ${unit}, ${least} or more`,
    accepts: (value) => Number.isSafeInteger(value) && (value as number) >= least,
  };
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
  checkEach(taker, options, rules, (code, message) => new KafkaTracingError(code, message));
}
