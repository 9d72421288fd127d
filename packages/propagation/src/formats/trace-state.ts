import type { TraceState } from '@opentelemetry/api';

const maxLength = 512;
const maxMembers = 32;
const longMember = 128;
const keyGrammar = /^[a-z0-9][a-z0-9_\-*/@]{0,255}$/;
const valueGrammar = /^[ -+\--<>-~]{0,255}[!-+\--<>-~]$/;

/**
 * A `tracestate` that is parsed at its first use: most consumers only hand it on, many never look. Members that are not
 * `key=value` of W3C Trace Context Level 2 disappear, and of equal keys the left one stays, which is the newest.
 */
export function lazyTraceState(text: string): TraceState {
  return new LazyTraceState(text);
}

/** What `tracestate` says for a context: within the limits, wherever the state is from; `''` when there is nothing to write. */
export function formatTraceState(state: TraceState): string {
  if (state instanceof LazyTraceState) return state.serialize();
  try {
    return lazyTraceState(String(state.serialize())).serialize();
  } catch {
    return '';
  }
}

class LazyTraceState implements TraceState {
  readonly #text: string;
  #members: ReadonlyMap<string, string> | undefined;

  constructor(text: string, members?: ReadonlyMap<string, string>) {
    this.#text = text;
    this.#members = members;
  }

  get(key: string): string | undefined {
    return this.#parsed().get(key);
  }

  /** The new member goes to the left; when there is no room any more, others leave as described at `withinLimits`. */
  set(key: string, value: string): TraceState {
    if (!keyGrammar.test(key) || !valueGrammar.test(value)) return this;
    return new LazyTraceState('', withinLimits(new Map([[key, value], ...this.#without(key)])));
  }

  unset(key: string): TraceState {
    return new LazyTraceState('', new Map(this.#without(key)));
  }

  serialize(): string {
    return Array.from(this.#parsed(), ([key, value]) => `${key}=${value}`).join(',');
  }

  #parsed(): ReadonlyMap<string, string> {
    this.#members ??= withinLimits(parse(this.#text));
    return this.#members;
  }

  #without(key: string): readonly (readonly [string, string])[] {
    return [...this.#parsed()].filter(([other]) => other !== key);
  }
}

function parse(text: string): Map<string, string> {
  const members = new Map<string, string>();
  for (const part of text.split(',')) {
    const member = part.trim();
    const equals = member.indexOf('=');
    const key = member.slice(0, Math.max(equals, 0));
    const value = member.slice(equals + 1);
    if (keyGrammar.test(key) && valueGrammar.test(value) && !members.has(key)) members.set(key, value);
  }
  return members;
}

/** At most 32 members and 512 characters: whole members go, those above 128 characters first, then from the right. */
function withinLimits(members: Map<string, string>): Map<string, string> {
  let length = -1;
  for (const [key, value] of members) length += key.length + value.length + 2;
  const fromTheRight = [...members].toReversed();
  const order = [...fromTheRight.filter(([key, value]) => key.length + value.length + 1 > longMember), ...fromTheRight];
  for (const [key, value] of order) {
    if (length <= maxLength) break;
    if (members.delete(key)) length -= key.length + value.length + 2;
  }
  for (const [key] of fromTheRight) {
    if (members.size <= maxMembers) break;
    members.delete(key);
  }
  return members;
}
