import { ContextError } from './context-error.ts';
import { checkOption as check, checkOptions as checkEach, isFunction, type OptionError, type Rule, type Rules } from './option-rules.ts';

// The list of this package's codes has one for both.
const error: OptionError = (_code, message) => new ContextError('invalid_option', message);

export const aSignal: Rule = {
  must: 'an AbortSignal',
  accepts: (value) => isFunction((value as Partial<AbortSignal> | null)?.addEventListener),
};

export function wholeNumberFrom(least: number): Rule {
  return { must: `a whole number from ${least}`, accepts: (value) => Number.isInteger(value) && (value as number) >= least };
}

export function orInfinity({ must, accepts }: Rule): Rule {
  return { must: `${must}, or Infinity`, accepts: (value) => value === Infinity || accepts(value) };
}

/**
 * Checks each option against its rule.
 *
 * @param taker what takes the options, as its caller writes it
 * @returns the options that were given a value
 * @throws {ContextError} `invalid_option`, with a text that says what to write instead
 */
export function checkOptions<O extends object>(taker: string, options: O, rules: Rules<O>): Partial<O> {
  return checkEach(taker, options, rules, error);
}

/**
 * @param subject what has the value, as its error calls it
 * @throws {ContextError} `invalid_option`, where the value is not what the rule asks for
 */
export function checkOption(subject: string, value: unknown, rule: Rule): void {
  check(subject, value, rule, error);
}

/** @throws {ContextError} `invalid_option`, always */
export function refuse(message: string): never {
  throw error('invalid_option', message);
}
