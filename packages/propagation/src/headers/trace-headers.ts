import { forEachHeader } from './for-each-header.ts';
import { headerText } from './header-text.ts';
import { type HeaderRule, type KnownHeader, headerRule, headersIn, knownHeader, uberctxKey } from './header-field.ts';

// Repeats of one name beyond this many are an accident (a retry loop that appends) or an attack; the last ones count.
const maxRepeats = 16;

const uberctxRule = { limit: 4096, text: 'utf8' } as const;

/** One value, linked to the one before: what is asked for is the last one, and most messages hold one or two. */
interface Found {
  readonly rule: HeaderRule;
  readonly isExact: boolean;
  readonly before: Found | undefined;
  /** As the client delivered it, until {@link TraceHeaders.detach}. */
  value: unknown;
  /** What the last parser made of it: one header is often asked for twice in a row. */
  parse: ((text: string) => unknown) | undefined;
  parsed: unknown;
}

/**
 * The trace headers of one message, found in one pass and decoded when asked for. Names count in any case; the exact
 * lower-case name beats the others, and among repeats the last valid value wins (Kafka's own `lastHeader`).
 */
export class TraceHeaders {
  #last: Found | undefined;
  // Sets of headers as numbers, see `HeaderRule.bit`: asking for what is absent, the usual case, costs one operation.
  #present = 0;
  #malformed = 0;
  #counted = 0;
  #uberctx: Map<string, unknown> | undefined;

  constructor(headers: unknown) {
    if (headers !== undefined && headers !== null) forEachHeader(headers, (name, value) => this.#add(name, value));
  }

  /** Whether there is no header that could say anything. */
  get isEmpty(): boolean {
    return this.#last === undefined && this.#uberctx === undefined;
  }

  /** Names that had values of which none could be read, each given once. */
  takeMalformed(): readonly KnownHeader[] | undefined {
    const fresh = this.#malformed & ~this.#counted;
    if (fresh === 0) return undefined;
    this.#counted |= fresh;
    return headersIn(fresh);
  }

  /** The last value that `parse` accepts. A name whose values all fail is noted as malformed. */
  last<T>(name: KnownHeader, parse: (text: string) => T | undefined): T | undefined {
    const found = this.#lastThat(name, parse, isDefined);
    return found?.parsed as T | undefined;
  }

  /** The text of the last value whose parsed form `accept` takes. */
  lastText(name: KnownHeader, parse: (text: string) => unknown, accept: (parsed: unknown) => boolean): string | undefined {
    const found = this.#lastThat(name, parse, accept);
    return found && headerText(found.value, found.rule);
  }

  /**
   * All readable values in their order, with commas between them: RFC 9110's rule for lists. The header's limit holds for
   * all of them together; where they exceed it, the last ones stay. `undefined` when there is none.
   */
  joined(name: KnownHeader): string | undefined {
    const rule = headerRule(name);
    if ((this.#present & rule.bit) === 0) return undefined;
    let joined: string | undefined;
    let budget = maxRepeats;
    for (let found = first(this.#last, rule); found !== undefined && budget > 0; found = next(found, this.#last)) {
      budget--;
      const { value } = found;
      if (value === null || value === undefined) continue;
      const text = headerText(value, rule);
      const longer: string | undefined = joined === undefined || text === undefined ? text : `${text},${joined}`;
      if (longer === undefined || longer.length > rule.limit) this.#malformed |= rule.bit;
      else joined = longer;
    }
    return joined;
  }

  /** Jaeger's baggage headers: key and last readable value, percent-encoding untouched. */
  *uberctx(): Generator<readonly [key: string, text: string]> {
    for (const [key, value] of this.#uberctx ?? []) {
      const text = headerText(value, uberctxRule);
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
      if (ArrayBuffer.isView(found.value)) found.value = headerText(found.value, found.rule) ?? unreadable;
    }
    if (this.#uberctx === undefined) return;
    for (const [key, value] of this.#uberctx) if (ArrayBuffer.isView(value)) this.#uberctx.set(key, headerText(value, uberctxRule));
  }

  #lastThat(name: KnownHeader, parse: (text: string) => unknown, accept: (parsed: unknown) => boolean): Found | undefined {
    const rule = headerRule(name);
    if ((this.#present & rule.bit) === 0) return undefined;
    let failed = false;
    let budget = maxRepeats;
    for (let found = first(this.#last, rule); found !== undefined && budget > 0; found = next(found, this.#last)) {
      budget--;
      if (found.value === null || found.value === undefined) continue;
      const parsed = parsedBy(parse, found);
      if (accept(parsed)) return found;
      // What can be read and is not wanted, such as a sampling state without ids, is not malformed.
      failed ||= parsed === undefined;
    }
    if (failed) this.#malformed |= rule.bit;
    return undefined;
  }

  #add(name: string, value: unknown): void {
    const rule = knownHeader(name);
    if (rule === undefined) {
      const key = uberctxKey(name);
      if (key !== undefined) addUberctx((this.#uberctx ??= new Map()), key, value);
    } else if (Array.isArray(value)) {
      for (const member of value.slice(-maxRepeats)) this.#push(rule, name, member);
    } else {
      this.#push(rule, name, value);
    }
  }

  #push(rule: HeaderRule, name: string, value: unknown): void {
    this.#last = { rule, isExact: name === rule.name, before: this.#last, value, parse: undefined, parsed: undefined };
    this.#present |= rule.bit;
  }
}

const unreadable = Symbol('unreadable');

/** The value that counts first: the last one of the exact name, then the last one of other cases. */
function first(last: Found | undefined, rule: HeaderRule): Found | undefined {
  return find(last, rule, true) ?? find(last, rule, false);
}

function next(found: Found, last: Found | undefined): Found | undefined {
  const same = find(found.before, found.rule, found.isExact);
  return same === undefined && found.isExact ? find(last, found.rule, false) : same;
}

function find(from: Found | undefined, rule: HeaderRule, isExact: boolean): Found | undefined {
  let found = from;
  while (found !== undefined && (found.rule !== rule || found.isExact !== isExact)) found = found.before;
  return found;
}

function parsedBy(parse: (text: string) => unknown, found: Found): unknown {
  if (found.parse === parse) return found.parsed;
  // Kept as text, which is asked for again: by a global propagator, then by us.
  const text = headerText(found.value, found.rule) ?? unreadable;
  found.value = text;
  found.parse = parse;
  found.parsed = text === unreadable ? undefined : parse(text as string);
  return found.parsed;
}

function isDefined(parsed: unknown): boolean {
  return parsed !== undefined;
}

function addUberctx(values: Map<string, unknown>, key: string, value: unknown): void {
  if (!Array.isArray(value)) values.set(key, value);
  else if (value.length > 0) values.set(key, value.at(-1));
}
