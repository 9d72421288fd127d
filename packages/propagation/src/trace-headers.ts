import { forEachHeader } from './for-each-header.ts';
import { headerText } from './header-text.ts';
import { type KnownHeader, headerRule, knownHeader, uberctxKey } from './known-header.ts';

// Repeats of one name beyond this many are an accident (a retry loop that appends) or an attack; the last ones count.
const maxRepeats = 16;

const none: readonly unknown[] = [];

/**
 * The trace headers of one message, found in one pass and decoded when asked for. Names count in any case; the exact
 * lower-case name beats the others, and among repeats the last valid value wins (Kafka's own `lastHeader`).
 */
export class TraceHeaders {
  readonly #exact = new Map<KnownHeader, unknown[]>();
  #otherCase: Map<KnownHeader, unknown[]> | undefined;
  #uberctx: Map<string, unknown[]> | undefined;
  /** Names that had values of which none could be read. */
  readonly malformed: Set<KnownHeader> = new Set();

  constructor(headers: unknown) {
    forEachHeader(headers, (name, value) => this.#add(name, value));
  }

  /** Whether there is no header that could say anything. */
  get isEmpty(): boolean {
    return this.#exact.size === 0 && this.#otherCase === undefined && this.#uberctx === undefined;
  }

  /** The last value that `parse` accepts. A name whose values all fail is noted as malformed. */
  last<T>(name: KnownHeader, parse: (text: string) => T | undefined): T | undefined {
    const values = this.#values(name);
    const rule = headerRule(name);
    let failed = false;
    for (let index = values.length - 1; index >= Math.max(0, values.length - maxRepeats); index--) {
      const value = values[index];
      if (value === null || value === undefined) continue;
      const text = headerText(value, rule);
      const parsed = text === undefined ? undefined : parse(text);
      if (parsed !== undefined) return parsed;
      failed = true;
    }
    if (failed) this.malformed.add(name);
    return undefined;
  }

  /**
   * All readable values in their order, with commas between them: RFC 9110's rule for lists. The header's limit holds for
   * all of them together; where they exceed it, the last ones stay. `undefined` when there is none.
   */
  joined(name: KnownHeader): string | undefined {
    const rule = headerRule(name);
    const values = this.#values(name);
    let joined: string | undefined;
    for (let index = values.length - 1; index >= Math.max(0, values.length - maxRepeats); index--) {
      const value = values[index];
      if (value === null || value === undefined) continue;
      const text = headerText(value, rule);
      const longer: string | undefined = joined === undefined || text === undefined ? text : `${text},${joined}`;
      if (longer === undefined || longer.length > rule.limit) this.malformed.add(name);
      else joined = longer;
    }
    return joined;
  }

  /** Jaeger's baggage headers: key and last readable value, percent-encoding untouched. */
  *uberctx(): Generator<readonly [key: string, text: string]> {
    for (const [key, values] of this.#uberctx ?? []) {
      const text = headerText(values.at(-1), { limit: 4096, text: 'utf8' });
      if (text !== undefined) yield [key, text];
    }
  }

  #values(name: KnownHeader): readonly unknown[] {
    const exact = this.#exact.get(name) ?? none;
    const other = this.#otherCase?.get(name);
    return other === undefined ? exact : other.concat(exact);
  }

  #add(name: string, value: unknown): void {
    const known = knownHeader(name);
    if (known !== undefined) {
      append(known === name ? this.#exact : (this.#otherCase ??= new Map()), known, value);
      return;
    }
    const key = uberctxKey(name);
    if (key !== undefined) append((this.#uberctx ??= new Map()), key, value);
  }
}

function append<K>(map: Map<K, unknown[]>, name: K, value: unknown): void {
  const members: readonly unknown[] = Array.isArray(value) ? value.slice(-maxRepeats) : [value];
  const values = map.get(name);
  if (values === undefined) map.set(name, [...members]);
  else values.push(...members);
}
