import { hash } from 'node:crypto';
import type { SpanContext } from '@opentelemetry/api';
import type { ContextValue } from '@tracelink/context';
import { sharedContextValue } from '@tracelink/context/internal';
import { baggageField, parseBaggageEntries } from '../formats/baggage.ts';
import { formats } from '../formats/formats.ts';
import { readGlobally } from '../global/global-propagator.ts';
import { TraceHeaders } from '../headers/trace-headers.ts';
import { type RememberedHeaders, rememberedHeaders } from './remembered-headers.ts';

/** Computes {@link UntrustedHeaders.written}. */
type Read = () => ReadonlySet<string>;

/** What the global propagator read in headers. */
export interface GlobalContext {
  readonly context: SpanContext | undefined;
}

/**
 * What an untrusted sender wrote into the trace headers of messages, remembered to recognize it in what their handler sends: a copy is no
 * choice of the handler's. Nothing else is made of it. It holds texts of bounded length, and nothing of the client's memory, until the handler
 * sends something: only then they are read, in every format, and digests are what is left of them.
 */
export class UntrustedHeaders {
  #read: Read | undefined;
  #written: ReadonlySet<string> | undefined;

  private constructor(read: Read) {
    this.#read = read;
  }

  /**
   * @param read what the global propagator read in the headers; `undefined`: it was not asked
   * @returns `undefined` for headers in which there is nothing to copy
   */
  static of(headers: unknown, read: GlobalContext | undefined): UntrustedHeaders | undefined {
    const remembered = rememberedHeaders(headers);
    if (remembered.entries.length === 0 && remembered.isComplete) return undefined;
    return new UntrustedHeaders(() => writtenIn(remembered, read));
  }

  /** What any of the headers hold: those of a batch. */
  static ofAll(all: readonly UntrustedHeaders[]): UntrustedHeaders {
    return new UntrustedHeaders(() => new Set(all.flatMap(({ written }) => [...written])));
  }

  /** What spans are called here, and digests of members of baggage. Not private: another copy of this class reads it. */
  get written(): ReadonlySet<string> {
    return this.#settle();
  }

  /** Itself, with digests in the place of texts: for work that may go on for hours. */
  settled(): this {
    this.#settle();
    return this;
  }

  /** Whether the headers named a span, in any format, whether that is read or not: the producer may read others than the consumer. */
  names(span: SpanContext): boolean {
    return this.#has(nameOf(span));
  }

  /** Whether a `baggage` of the headers had this member, `key=value`: in another list, encoded in another way, with other properties. */
  hasMember(member: string): boolean {
    return this.#has(digestOf(member));
  }

  #settle(): ReadonlySet<string> {
    this.#written ??= this.#read?.() ?? new Set();
    this.#read = undefined;
    return this.#written;
  }

  #has(name: string): boolean {
    return this.written.has(name) || this.written.has(more);
  }
}

/** Those of the messages that are being handled in a context, where their topic is not trusted. `Extraction.asRoot` sets it. */
export const untrustedHeaders: ContextValue<UntrustedHeaders | undefined> = sharedContextValue<UntrustedHeaders>(
  '@tracelink/propagation.untrustedHeaders.1',
  { detached: (untrusted) => untrusted.settled() },
);

/**
 * Among what is written: there was more than is remembered. Then everything counts as copied, as a sender who writes much would otherwise
 * choose what is not recognized.
 */
const more = 'more';
// Beyond what is read of a list, so that nothing which counts is missed.
const maxMembers = 256;

function writtenIn({ entries, isComplete }: RememberedHeaders, read: GlobalContext | undefined): ReadonlySet<string> {
  const written = new Set(contextsIn(entries, read).map(nameOf));
  const members = entries.flatMap(([name, text]) => (name.toLowerCase() === baggageField.name ? text.split(',') : []));
  for (const member of members.slice(0, maxMembers)) written.add(digestOf(member));
  if (!isComplete || members.length > maxMembers) written.add(more);
  return written;
}

function contextsIn(entries: RememberedHeaders['entries'], read: GlobalContext | undefined): readonly SpanContext[] {
  const known = new TraceHeaders(entries);
  const { context: global } = read ?? readGlobally(entries, known);
  const found = Object.values(formats).flatMap((format) => {
    if (format.carries !== 'hop') return [];
    const repeats = format.repeated?.(known) ?? [];
    return [format.extract(known)?.context, ...repeats.map(({ context }) => context)];
  });
  return [global, ...found].filter((context) => context !== undefined);
}

function nameOf({ traceId, spanId }: SpanContext): string {
  return `${traceId}-${spanId}`;
}

/** A sender chooses how long its baggage is; a handler may decode and encode it. */
function digestOf(member: string): string {
  const [pair] = Object.entries(parseBaggageEntries(member) ?? {});
  return hash('sha256', pair === undefined ? member.trim() : `${pair[0]}=${pair[1].value}`, 'base64');
}
