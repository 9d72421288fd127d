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
  /**
   * What of baggage the header holds: `members` by key, of which an allow-list lets some pass, or `foreign`, which another system keeps there.
   * @default 'none'
   */
  readonly baggage?: 'none' | 'members' | 'foreign';
}

/** A header that is known: read from messages, and replaced where stale. */
export interface HeaderField extends Required<FieldRule> {
  /** In lower case. */
  readonly name: string;
  /** Its place in sets of headers, which are numbers. */
  readonly bit: number;
}

/** Headers whose names begin alike and end in the key of a member of baggage. */
export interface HeaderFamily extends ValueRule {
  /** In lower case. */
  readonly prefix: string;
}

const maxFields = 32;
const fields: HeaderField[] = [];
const families: HeaderFamily[] = [];
const byName = new Map<string, HeaderField>();
// Most headers are not known, and two numbers tell: for each first letter, of which the low five bits are the same in both cases,
// the lengths of known names, a bit each.
const maxLength = 31;
const lengths = new Int32Array(32);
let familyLetters = 0;

/** Makes a header known, once, when its format is loaded; every message is read by the fields that there are then. */
export function headerField(name: string, rule: FieldRule): HeaderField {
  if (byName.has(name)) throw new Error(`The header "${name}" is known already: import its field.`);
  if (fields.length === maxFields || name.length > maxLength) {
    throw new Error(`The header "${name}" has no room: there may be ${maxFields} headers with names of ${maxLength} characters.`);
  }
  const { limit, text, grammar = asText, isShown = isDefined, isList = false, isKept = false, baggage = 'none' } = rule;
  const field = { name, bit: 1 << fields.length, limit, text, grammar, isShown, isList, isKept, baggage };
  fields.push(field);
  byName.set(name, field);
  lengths[letter(name)] = lengthsOf(name) | (1 << name.length);
  return field;
}

/** Makes a family of headers known, once, when its format is loaded. */
export function headerFamily(prefix: string, rule: ValueRule): HeaderFamily {
  const family = { prefix, limit: rule.limit, text: rule.text };
  families.push(family);
  familyLetters |= 1 << letter(prefix);
  return family;
}

/** The header that `name` spells, in any case. */
export function knownField(name: string): HeaderField | undefined {
  if (name.length > maxLength || ((lengthsOf(name) >>> name.length) & 1) === 0) return undefined;
  return byName.get(name) ?? byName.get(name.toLowerCase());
}

/** The family that `name`, in any case, belongs to; what follows the prefix is the key, and a name without a key has none. */
export function familyOf(name: string): HeaderFamily | undefined {
  if (((familyLetters >>> letter(name)) & 1) === 0) return undefined;
  for (const family of families) {
    const { length } = family.prefix;
    if (name.length > length && name.slice(0, length).toLowerCase() === family.prefix) return family;
  }
  return undefined;
}

/**
 * Whether bytes may spell a known header, or one of a family: by the first letter and the length alone. What is not ASCII may, as the lower
 * case of another letter can be an ASCII one.
 */
export function mayBeKnown(name: Uint8Array): boolean {
  const { length } = name;
  let all = 0;
  for (let index = 0; index < length; index++) all |= name[index] as number;
  if (all > 0x7f) return true;
  const first = (name[0] ?? 0) & 0x1f;
  if (((familyLetters >>> first) & 1) !== 0) return true;
  return length <= maxLength && (((lengths[first] ?? 0) >>> length) & 1) !== 0;
}

/** The names of the headers whose bits `set` has. */
export function namesIn(set: number): readonly string[] {
  return fields.filter(({ bit }) => (set & bit) !== 0).map(({ name }) => name);
}

function letter(name: string): number {
  return name.charCodeAt(0) & 0x1f;
}

function lengthsOf(name: string): number {
  return lengths[letter(name)] ?? 0;
}

function asText(text: string): unknown {
  return text;
}

function isDefined(parsed: unknown): boolean {
  return parsed !== undefined;
}
