import type { Attributes, Json } from '../telemetry/span.ts';
import { list, MalformedError, members, text } from './members.ts';

/** How deep lists and maps may lie in each other. */
const deepest = 32;

/**
 * The attributes of a span, link, event, resource or log line. Of a key that is there twice the last counts.
 *
 * @throws {MalformedError}
 */
export function parseAttributes(given: unknown): Attributes {
  return parseEntries(given, 0);
}

/**
 * An `AnyValue`. A whole number beyond what a double holds, and bytes, become strings: digits, base64.
 *
 * @throws {MalformedError}
 */
export function parseValue(given: unknown, depth = 0): Json {
  if (depth > deepest) throw MalformedError.at('value');
  const value = members(given, 'value');
  if ('stringValue' in value) return text(value['stringValue'], 'stringValue');
  if ('intValue' in value) return wholeNumber(value['intValue']);
  if ('boolValue' in value) return value['boolValue'] === true;
  if ('doubleValue' in value) return double(value['doubleValue']);
  if ('arrayValue' in value) {
    return list(members(value['arrayValue'], 'arrayValue')['values'], 'values').map((entry) => parseValue(entry, depth + 1));
  }
  if ('kvlistValue' in value) return parseEntries(members(value['kvlistValue'], 'kvlistValue')['values'], depth + 1);
  if ('bytesValue' in value) return text(value['bytesValue'], 'bytesValue');
  return null;
}

function parseEntries(given: unknown, depth: number): Attributes {
  // Made of entries, so that a key "__proto__" is a key like others.
  return Object.fromEntries(
    list(given, 'attributes').map((entry) => {
      const { key, value } = members(entry, 'attributes');
      return [text(key, 'key'), parseValue(value, depth)];
    }),
  );
}

function wholeNumber(given: unknown): Json {
  // OpenTelemetry's JSON encoder for JavaScript writes every number without a fraction so, those too that no int64 holds.
  const isInt64 = typeof given !== 'number' || (given >= -(2 ** 63) && given < 2 ** 63);
  if (!isInt64) return given;
  const digits = Number.isInteger(given) ? BigInt(given as number).toString() : given;
  if (typeof digits !== 'string' || !/^-?\d{1,20}$/.test(digits)) throw MalformedError.at('intValue');
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : digits;
}

/** What JSON has no number for stays its name: "NaN", "Infinity", "-Infinity". */
function double(given: unknown): Json {
  if (typeof given === 'number') return Number.isFinite(given) ? given : String(given);
  const value = Number(text(given, 'doubleValue') || Number.NaN);
  return Number.isFinite(value) ? value : String(value);
}
