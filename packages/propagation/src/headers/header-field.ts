/** How a header's value is decoded. */
export interface ValueRule {
  /** Bytes; a longer value counts as malformed and is never decoded. */
  readonly limit: number;
  readonly text: 'ascii' | 'utf8';
}

/** What a format says about one of its headers. */
export interface FieldRule extends ValueRule {
  /**
   * Reads one value whole, `undefined` where it is malformed: a global propagator sees only values that this accepts.
   * @default any text
   */
  readonly grammar?: (text: string) => unknown;
  /**
   * Which of the values that `grammar` accepts a global propagator sees.
   * @default all of them
   */
  readonly isShown?: (parsed: unknown) => boolean;
  /**
   * Whether repeats are one list, which a global propagator sees joined.
   * @default false
   */
  readonly isList?: boolean;
  /**
   * Whether the header belongs to the application's event: no message loses it, none gets a second one.
   * @default false
   */
  readonly isKept?: boolean;
}

/** A header that is known: read from messages, and replaced where stale. */
export interface HeaderField extends Required<FieldRule> {
  /** In lower case. */
  readonly name: string;
  /** Its place in sets of headers, which are numbers. */
  readonly bit: number;
}

/** Headers whose names begin alike and end in a key. */
export interface HeaderFamily extends ValueRule {
  /** In lower case. */
  readonly prefix: string;
}

const maxFields = 32;
const fields: HeaderField[] = [];
const families: HeaderFamily[] = [];
const byName = new Map<string, HeaderField>();
let longestName = 0;
// One bit for each first letter: the low five bits of a letter's code are the same in both cases.
let fieldLetters = 0;
let familyLetters = 0;

/** Makes a header known, once, when its format is loaded; every message is read by the fields that there are then. */
export function headerField(name: string, rule: FieldRule): HeaderField {
  if (byName.has(name) || fields.length === maxFields) {
    throw new Error(`The header "${name}" is known already, or is one more than the ${maxFields} that a set of headers holds.`);
  }
  const { limit, text, grammar = asText, isShown = isDefined, isList = false, isKept = false } = rule;
  const field = { name, bit: 1 << fields.length, limit, text, grammar, isShown, isList, isKept };
  fields.push(field);
  byName.set(name, field);
  longestName = Math.max(longestName, name.length);
  fieldLetters |= letterBit(name);
  return field;
}

/** Makes a family of headers known, once, when its format is loaded. */
export function headerFamily(prefix: string, rule: ValueRule): HeaderFamily {
  const family = { prefix, limit: rule.limit, text: rule.text };
  families.push(family);
  familyLetters |= letterBit(prefix);
  return family;
}

/** The header that `name` spells, in any case. Most headers are none, and that is decided by their first letter. */
export function knownField(name: string): HeaderField | undefined {
  if ((fieldLetters & letterBit(name)) === 0 || name.length > longestName) return undefined;
  return byName.get(name) ?? byName.get(name.toLowerCase());
}

/** The family that `name`, in any case, belongs to; what follows the prefix is the key, and a name without a key has none. */
export function familyOf(name: string): HeaderFamily | undefined {
  if ((familyLetters & letterBit(name)) === 0) return undefined;
  for (const family of families) {
    const { length } = family.prefix;
    if (name.length > length && name.slice(0, length).toLowerCase() === family.prefix) return family;
  }
  return undefined;
}

/** The names of the headers whose bits `set` has. */
export function namesIn(set: number): readonly string[] {
  return fields.filter(({ bit }) => (set & bit) !== 0).map(({ name }) => name);
}

function letterBit(name: string): number {
  return 1 << (name.charCodeAt(0) & 0x1f);
}

function asText(text: string): unknown {
  return text;
}

function isDefined(parsed: unknown): boolean {
  return parsed !== undefined;
}
