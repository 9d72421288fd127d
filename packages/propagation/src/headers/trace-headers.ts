import { forEachHeader, headerText, repeatsOf } from './for-each-header.ts';
import { type HeaderFamily, type HeaderField, familyOf, knownField, namesIn } from './header-field.ts';

// Repeats of one name beyond this many are an accident (a retry loop that appends) or an attack; the last ones count.
const maxRepeats = 16;

/** One value, linked to the one before: what is asked for is the last one, and most messages hold one or two. */
interface Found {
  readonly field: HeaderField;
  readonly isExact: boolean;
  readonly before: Found | undefined;
  /** As the client delivered it, until {@link TraceHeaders.detach}. */
  value: unknown;
  /** What the last parser made of it: one header is often asked for twice in a row. */
  parse: ((text: string) => unknown) | undefined;
  parsed: unknown;
}

/** One value of a member of a family, linked to the one before. */
interface Member {
  /** Whether the family's prefix is spelled in lower case. */
  readonly isExact: boolean;
  readonly before: Member | undefined;
  value: unknown;
}

/**
 * The trace headers of one message, found in one pass and decoded when asked for. Names count in any case; the exact
 * lower-case name beats the others, and among repeats the last valid value wins (Kafka's own `lastHeader`).
 */
export class TraceHeaders {
  #last: Found | undefined;
  // Sets of headers as numbers, see `HeaderField.bit`: asking for what is absent, the usual case, costs one operation.
  #present = 0;
  #malformed = 0;
  #counted = 0;
  #repeated = 0;
  #families: Map<HeaderFamily, Map<string, Member>> | undefined;

  constructor(headers: unknown) {
    if (headers !== undefined && headers !== null) forEachHeader(headers, (name, value) => this.#add(name, value));
  }

  /** Whether there is no header that could say anything. */
  get isEmpty(): boolean {
    return this.#last === undefined && this.#families === undefined;
  }

  /** Whether a known name is there more than once. */
  get hasRepeats(): boolean {
    return this.#repeated !== 0;
  }

  /** Names that had values of which none could be read, each given once. */
  takeMalformed(): readonly string[] | undefined {
    const fresh = this.#malformed & ~this.#counted;
    if (fresh === 0) return undefined;
    this.#counted |= fresh;
    return namesIn(fresh);
  }

  /** The last value that `parse` accepts. A name whose values all fail is noted as malformed. */
  last<T>(field: HeaderField, parse: (text: string) => T | undefined): T | undefined {
    const found = this.#lastThat(field, parse, isDefined);
    return found?.parsed as T | undefined;
  }

  /** All values that `parse` accepts, the one that {@link last} gives first; none where the name is there once. */
  repeats<T>(field: HeaderField, parse: (text: string) => T | undefined): readonly T[] {
    if ((this.#repeated & field.bit) === 0) return [];
    const values: T[] = [];
    let budget = maxRepeats;
    for (let found = first(this.#last, field); found !== undefined && budget > 0; found = next(found, this.#last)) {
      budget--;
      const parsed = found.value === null || found.value === undefined ? undefined : parsedBy(parse, found);
      if (parsed !== undefined) values.push(parsed as T);
    }
    return values;
  }

  /** The text of the last value that others may see: see `FieldRule.grammar`. */
  lastShown(field: HeaderField): string | undefined {
    const found = this.#lastThat(field, field.grammar, field.isShown);
    return found && headerText(found.value, found.field);
  }

  /**
   * All readable values in their order, with commas between them: RFC 9110's rule for lists. The header's limit holds for
   * all of them together; where they exceed it, the last ones stay. `undefined` when there is none.
   */
  joined(field: HeaderField): string | undefined {
    if ((this.#present & field.bit) === 0) return undefined;
    let joined: string | undefined;
    let failed = false;
    let budget = maxRepeats;
    for (let found = first(this.#last, field); found !== undefined && budget > 0; found = next(found, this.#last)) {
      budget--;
      const { value } = found;
      if (value === null || value === undefined) continue;
      const text = headerText(value, field);
      const longer: string | undefined = joined === undefined || text === undefined ? text : `${text},${joined}`;
      if (longer === undefined || longer.length > field.limit) failed = true;
      else joined = longer;
    }
    if (failed && joined === undefined) this.#malformed |= field.bit;
    return joined;
  }

  /** All readable values, the last one first, as far as the header's limit goes for all of them together. */
  texts(field: HeaderField): readonly string[] {
    const texts: string[] = [];
    let left = field.limit;
    let budget = maxRepeats;
    for (let found = first(this.#last, field); found !== undefined && budget > 0 && left > 0; found = next(found, this.#last)) {
      budget--;
      const text = headerText(found.value, field);
      if (text === undefined || text.length > left) continue;
      texts.push(text);
      left -= text.length;
    }
    return texts;
  }

  /** The headers of a family: key and last readable value, as it stands there. */
  *members(family: HeaderFamily): Generator<readonly [key: string, text: string]> {
    for (const [key, last] of this.#families?.get(family) ?? []) {
      const text = memberText(last, family);
      if (text !== undefined) yield [key, text];
    }
  }

  /**
   * Keeps texts in place of bytes. A client's bytes are often a view of a whole fetch response, and a context that a handler
   * keeps for hours (a timer's, a connection's) must not keep that.
   */
  detach(): void {
    for (let found = this.#last; found !== undefined; found = found.before) {
      // A symbol is no text: what could not be read stays unreadable.
      if (ArrayBuffer.isView(found.value)) found.value = headerText(found.value, found.field) ?? unreadable;
    }
    if (this.#families === undefined) return;
    for (const [family, members] of this.#families)
      for (const last of members.values())
        for (let member: Member | undefined = last; member !== undefined; member = member.before)
          if (ArrayBuffer.isView(member.value)) member.value = headerText(member.value, family);
  }

  #lastThat(field: HeaderField, parse: (text: string) => unknown, accept: (parsed: unknown) => boolean): Found | undefined {
    if ((this.#present & field.bit) === 0) return undefined;
    let failed = false;
    let budget = maxRepeats;
    for (let found = first(this.#last, field); found !== undefined && budget > 0; found = next(found, this.#last)) {
      budget--;
      if (found.value === null || found.value === undefined) continue;
      const parsed = parsedBy(parse, found);
      if (accept(parsed)) return found;
      // What can be read and is not wanted, such as a sampling state without ids, is not malformed.
      failed ||= parsed === undefined;
    }
    if (failed) this.#malformed |= field.bit;
    return undefined;
  }

  #add(name: string, value: unknown): void {
    const field = knownField(name);
    if (field === undefined) {
      const family = familyOf(name);
      if (family !== undefined) this.#addMember(family, name, value);
    } else if (Array.isArray(value)) {
      for (const member of repeatsOf(value).slice(-maxRepeats)) this.#push(field, name, member);
    } else {
      this.#push(field, name, value);
    }
  }

  #addMember(family: HeaderFamily, name: string, value: unknown): void {
    this.#families ??= new Map();
    const members = this.#families.get(family) ?? new Map<string, Member>();
    this.#families.set(family, members);
    const key = name.slice(family.prefix.length);
    const isExact = name.startsWith(family.prefix);
    for (const one of Array.isArray(value) ? repeatsOf(value).slice(-maxRepeats) : [value])
      members.set(key, { isExact, value: one, before: members.get(key) });
  }

  #push(field: HeaderField, name: string, value: unknown): void {
    this.#last = { field, isExact: name === field.name, before: this.#last, value, parse: undefined, parsed: undefined };
    this.#repeated |= this.#present & field.bit;
    this.#present |= field.bit;
  }
}

const unreadable = Symbol('unreadable');

/** The value that counts first: the last one of the exact name, then the last one of other cases. */
function first(last: Found | undefined, field: HeaderField): Found | undefined {
  return find(last, field, true) ?? find(last, field, false);
}

function next(found: Found, last: Found | undefined): Found | undefined {
  const same = find(found.before, found.field, found.isExact);
  return same === undefined && found.isExact ? find(last, found.field, false) : same;
}

function find(from: Found | undefined, field: HeaderField, isExact: boolean): Found | undefined {
  let found = from;
  while (found !== undefined && (found.field !== field || found.isExact !== isExact)) found = found.before;
  return found;
}

/** By the same rule as of any other header: the last readable value of the exact spelling, then of the others. */
function memberText(last: Member, family: HeaderFamily): string | undefined {
  let budget = maxRepeats;
  for (const isExact of [true, false]) {
    for (let member: Member | undefined = last; member !== undefined && budget > 0; member = member.before) {
      if (member.isExact !== isExact) continue;
      budget--;
      const text = headerText(member.value, family);
      if (text !== undefined) return text;
    }
  }
  return undefined;
}

function parsedBy(parse: (text: string) => unknown, found: Found): unknown {
  if (found.parse === parse) return found.parsed;
  // Kept as text, which is asked for again: by a global propagator, then by us.
  const text = headerText(found.value, found.field) ?? unreadable;
  found.value = text;
  found.parse = parse;
  found.parsed = text === unreadable ? undefined : parse(text as string);
  return found.parsed;
}

function isDefined(parsed: unknown): boolean {
  return parsed !== undefined;
}
