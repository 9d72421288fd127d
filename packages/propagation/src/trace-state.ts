import { createTraceState, type TraceState } from '@opentelemetry/api';

const maxLength = 512;
const maxMembers = 32;
const longMember = 128;

/**
 * A `tracestate` that is parsed at its first use: most consumers only hand it on, many never look.
 * Cut to 512 characters and 32 members as W3C Trace Context asks: whole members, those above 128 characters first, then
 * from the right. Members that are not `key=value` in its grammar disappear; none makes it throw.
 */
export function lazyTraceState(raw: string): TraceState {
  return new LazyTraceState(raw);
}

class LazyTraceState implements TraceState {
  readonly #raw: string;
  #parsed: TraceState | undefined;

  constructor(raw: string) {
    this.#raw = raw;
  }

  get(key: string): string | undefined {
    return this.#state().get(key);
  }

  set(key: string, value: string): TraceState {
    return this.#state().set(key, value);
  }

  unset(key: string): TraceState {
    return this.#state().unset(key);
  }

  serialize(): string {
    return this.#state().serialize();
  }

  #state(): TraceState {
    this.#parsed ??= createTraceState(truncate(this.#raw));
    return this.#parsed;
  }
}

/** What `tracestate` says for a context: within the limits, whoever made the state; `''` when there is nothing to write. */
export function formatTraceState(state: TraceState): string {
  return createTraceState(truncate(state.serialize())).serialize();
}

function truncate(raw: string): string {
  if (raw.length <= maxLength && raw.split(',').length <= maxMembers) return raw;
  let members = raw
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
  for (let index = members.length - 1; index >= 0 && joinedLength(members) > maxLength; index--) {
    if ((members[index]?.length ?? 0) > longMember) members = members.toSpliced(index, 1);
  }
  members = members.slice(0, maxMembers);
  while (joinedLength(members) > maxLength) members = members.slice(0, -1);
  return members.join(',');
}

function joinedLength(members: readonly string[]): number {
  return members.reduce((sum, member) => sum + member.length + 1, -1);
}
