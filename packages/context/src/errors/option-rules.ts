/** What Node's timers can wait for, in milliseconds; they fire at once for more. */
export const longestTimer: number = 2 ** 31 - 1;

/** What a value must be, as a text and as a check. */
export interface Rule {
  readonly must: string;
  readonly accepts: (value: unknown) => boolean;
}

/** A rule for each option that there is. */
export type Rules<O> = Readonly<Record<keyof O, Rule>>;

/** Makes the error of the package whose options are checked. */
export type OptionError = (code: 'unknown_option' | 'invalid_option', message: string) => Error;

export const text: Rule = { must: 'a string that is not empty', accepts: (value) => typeof value === 'string' && value !== '' };
export const aFunction: Rule = { must: 'a function', accepts: isFunction };

/** Milliseconds that a timer can wait, from `least`, which is 1 where no time at all makes no sense. */
export function milliseconds(least: number): Rule {
  return {
    must: `a number of milliseconds from ${least} to ${longestTimer}`,
    accepts: (value) => typeof value === 'number' && value >= least && value <= longestTimer,
  };
}

export function oneOf(...values: readonly unknown[]): Rule {
  return { must: values.map((value) => JSON.stringify(value)).join(' or '), accepts: (value) => values.includes(value) };
}

/**
 * Checks each option against its rule; `undefined` as a value means the default.
 *
 * @param taker the function or class that takes the options, as the error names it
 * @returns the options that were given a value
 * @throws what `error` makes: `unknown_option` or `invalid_option`, with a text that says what to write instead
 */
export function checkOptions<O extends object>(taker: string, options: O, rules: Rules<O>, error: OptionError): Partial<O> {
  checkNames(taker, options, Object.keys(rules), error);
  const given: Partial<O> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    checkOption(`"${name}"`, value, rules[name as keyof O], error);
    given[name as keyof O] = value as O[keyof O];
  }
  return given;
}

/** The first half of {@link checkOptions}: options are an object, and it has no other names. */
export function checkNames(taker: string, options: object, names: readonly string[], error: OptionError): void {
  if (typeof options !== 'object' || options === null)
    throw error('invalid_option', `${taker} takes an object of options, not ${describe(options)}.`);
  for (const name of Object.keys(options))
    if (!names.includes(name)) throw error('unknown_option', `${taker} has no option "${name}": use ${names.join(', ')}.`);
}

/**
 * @param subject what has the value, as the error calls it
 * @throws what `error` makes: `invalid_option`, when the value is not what the rule asks for
 */
export function checkOption(subject: string, value: unknown, { must, accepts }: Rule, error: OptionError): void {
  if (!accepts(value)) throw error('invalid_option', `${subject} is ${describe(value)}: it must be ${must}.`);
}

export function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

/** A value in an error text, short; never throws. */
function describe(value: unknown): string {
  if (typeof value === 'string' || isShortListOfTexts(value)) return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? 'another object' : String(value);
}

function isShortListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.length <= 3 && value.every((item) => typeof item === 'string');
}
