import { HttpError } from '../http/exchange.ts';

/** What some attribute must be. */
export interface AttributeCondition {
  readonly key: string;
  /** As the page shows it; undefined where the attribute need only be there. */
  readonly value?: string;
}

/** Each is asked of each span in memory. */
const mostConditions = 20;

/** The text between quotes: a quote and a backslash have a backslash before them. */
const quoted = String.raw`"((?:[^"\\]|\\[^])*)"`;
const keyAhead = new RegExp(String.raw`^(?:${quoted}|([^\s"=]+))`);
const valueAhead = new RegExp(String.raw`^=(?:${quoted}|([^\s"]+))(?=\s|$)`);
const valueInQuotes = new RegExp(`^=${quoted}`);
const existsAhead = /^\s+exists(?=\s|$)/;

/**
 * Reads conditions with spaces between them: `key=value`, `key exists`. A key or a value that has spaces or quotes in it stands between
 * double quotes, `key="a value"`; of a value without them, what is behind the first equals sign belongs to it.
 *
 * @returns none where the query is empty
 * @throws {HttpError} 400, with what is wrong and what to write instead
 */
export function parseAttributeQuery(query: string): AttributeCondition[] {
  const conditions: AttributeCondition[] = [];
  for (let rest = query.trim(); rest !== ''; rest = rest.trimStart()) {
    if (conditions.length === mostConditions) throw wrong(`There are more than ${mostConditions} conditions: leave some out.`);
    const keyMatch = keyAhead.exec(rest);
    if (keyMatch === null) throw noKey(rest);
    const afterKey = rest.slice(keyMatch[0].length);
    const match = valueAhead.exec(afterKey) ?? existsAhead.exec(afterKey);
    if (match === null) throw noCondition(keyMatch[0], afterKey);
    const key = termOf(keyMatch);
    conditions.push(match[0].startsWith('=') ? { key, value: termOf(match) } : { key });
    rest = afterKey.slice(match[0].length);
  }
  return conditions;
}

function termOf([, inQuotes, bare]: RegExpExecArray): string {
  return inQuotes === undefined ? (bare ?? '') : inQuotes.replaceAll(/\\([^])/g, '$1');
}

function noKey(rest: string): HttpError {
  if (rest.startsWith('"')) return wrong(`The quote that opens at ${shown(rest)} is not closed: end it with another ".`);
  return wrong(`Before ${shown(rest)} there is no key: write key=value, messaging.destination.name=orders say.`);
}

function noCondition(key: string, afterKey: string): HttpError {
  const name = shown(key);
  if (/^=\s*$/.test(afterKey))
    return wrong(`${shown(`${key}=`)} has no value: write ${name}="" for an empty one, or ${name} exists for any.`);
  if (/^\s+=|^=\s/.test(afterKey)) return wrong(`Write ${name}=value without spaces around the equals sign.`);
  const inQuotes = valueInQuotes.exec(afterKey);
  if (inQuotes !== null)
    return wrong(`Behind the closing quote of ${shown(key + inQuotes[0])} there must be a space, and then the next condition.`);
  if (afterKey.startsWith('="')) return noKey(afterKey.slice(1));
  if (/^["=]/.test(afterKey))
    return wrong(`A quote inside ${shown(key + afterKey)} needs quotes around the whole: write key="a \\"value\\"".`);
  return wrong(`${name} is no condition: write ${name}=value, ${name}="a value", or ${name} exists.`);
}

function wrong(message: string): HttpError {
  return new HttpError(400, message);
}

/** The start of a text, so that a sentence that names it four times can be read. */
function shown(text: string): string {
  return text.length > 32 ? `${text.slice(0, 32)}…` : text;
}
