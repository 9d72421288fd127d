import { TestingError } from '../errors/testing-error.ts';

/** What the value of an option must be. */
export interface OptionRule {
  /** For the message, as in "times is …". */
  readonly wanted: string;
  readonly accepts: (value: unknown) => boolean;
}

/** The rule of options that count. */
export const wholeNumber: OptionRule = {
  wanted: 'a whole number of at least 0',
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};

/** The rule of an option that is one of a few words. */
export function oneOf(words: readonly string[]): OptionRule {
  return {
    wanted: words.map((word) => `'${word}'`).join(' or '),
    accepts: (value) => typeof value === 'string' && words.includes(value),
  };
}

/**
 * Checks what an assertion looks for. JavaScript lets everything through, and no span has a name that is no text: that none is
 * there would hold whatever happens.
 *
 * @throws {TestingError} `invalid_argument` when one is no string
 */
export function checkNames(...names: readonly unknown[]): void {
  for (const name of names) {
    if (typeof name === 'string') continue;
    throw new TestingError('invalid_argument', `A span is named by a string as 'orders send orders.placed', not by ${textOf(name)}.`);
  }
}

/**
 * Checks the options of an assertion: one that is misspelt would be left out, and the assertion would hold of more.
 *
 * @throws {TestingError} `invalid_argument` when they are no object, have a key without a rule, or a value that its rule refuses
 */
export function checkExpected(expected: unknown, rules: Readonly<Record<string, OptionRule>>): void {
  const keys = Object.keys(rules).join(' and ');
  if (typeof expected !== 'object' || expected === null) {
    throw new TestingError('invalid_argument', `What is expected is an object of ${keys}, as { times: 2 }, not ${textOf(expected)}.`);
  }
  for (const [key, value] of Object.entries(expected)) {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (rule === undefined) throw new TestingError('invalid_argument', `What is expected is an object of ${keys}; it has no ${key}.`);
    if (value === undefined || rule.accepts(value)) continue;
    throw new TestingError('invalid_argument', `${key} is ${rule.wanted}, not ${textOf(value)}.`);
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'object' && value !== null && !(value instanceof RegExp)) return Array.isArray(value) ? 'an array' : 'an object';
  return String(value);
}
