import type { ConfigDefinition } from './config-definition.ts';

/** The numbers that a type has: 32 bits or 64 bits. */
const limits = { INT: 2n ** 31n, LONG: 2n ** 63n };

/**
 * Why a value is invalid, as a message for the client; `undefined` when it is valid. Source: Kafka's `ConfigDef`, whose
 * messages quote what it could not read as it came, and what it could read as it understood it.
 */
export function valueProblem(definition: ConfigDefinition, name: string, value: string): string | undefined {
  const invalid = (quoted: string, reason: string): string => `Invalid value ${quoted} for configuration ${name}: ${reason}`;
  const { type, values } = definition;
  const text = canonicalText(definition, value);
  if (text === undefined)
    return invalid(value, type === 'BOOLEAN' ? 'Expected value to be either true or false' : `Not a number of type ${type}`);
  const elements = type === 'LIST' ? elementsOf(value) : [text];
  const unknown = elements.find((element) => values?.includes(element) === false);
  if (unknown === '' && type === 'LIST') return `Configuration '${name}' values must not be empty.`;
  if (unknown !== undefined) return invalid(unknown, `String must be one of: ${values?.join(', ')}`);
  const reason = rangeProblem(definition, Number(text)) ?? formatProblem(definition, text);
  return reason === undefined ? undefined : invalid(type === 'LIST' ? `[${elements.join(', ')}]` : text, reason);
}

/**
 * A value as Kafka describes it after it was set: without spaces around it, a number or a boolean in its usual form,
 * the elements of a list once. A value that is not of the type stays as it is.
 */
export function canonicalValue(definition: ConfigDefinition, value: string): string {
  return canonicalText(definition, value) ?? value;
}

function canonicalText({ type, values }: ConfigDefinition, value: string): string | undefined {
  const text = value.trim();
  switch (type) {
    case 'BOOLEAN':
      return /^(true|false)$/i.test(text) ? text.toLowerCase() : undefined;
    case 'INT':
    case 'LONG':
      return wholeNumber(text, limits[type]);
    case 'DOUBLE':
      return decimalNumber(text);
    case 'LIST':
      // Kafka removes duplicates only where it knows the elements.
      return (values === undefined ? elementsOf(text) : [...new Set(elementsOf(text))]).join(',');
    default:
      return text;
  }
}

function wholeNumber(text: string, limit: bigint): string | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const number = BigInt(text.replace('+', ''));
  return number >= -limit && number < limit ? String(number) : undefined;
}

/** Java writes a whole number as 1.0. */
function decimalNumber(text: string): string | undefined {
  if (!/^(NaN|[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?)$/i.test(text)) return undefined;
  const number = Number(text);
  return Number.isInteger(number) ? number.toFixed(1) : String(number);
}

function elementsOf(value: string): readonly string[] {
  const text = value.trim();
  return text === '' ? [] : text.split(/\s*,\s*/);
}

function rangeProblem({ min, max }: ConfigDefinition, number: number): string | undefined {
  if (min !== undefined && number < min) return `Value must be at least ${min}`;
  return max !== undefined && number > max ? `Value must be no more than ${max}` : undefined;
}

function formatProblem({ format }: ConfigDefinition, text: string): string | undefined {
  return format === undefined || format.pattern.test(text) ? undefined : format.message;
}
