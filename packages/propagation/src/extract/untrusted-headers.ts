import { hash } from 'node:crypto';
import type { SpanContext } from '@opentelemetry/api';
import type { ContextValue } from '@tracelink/context';
import { sharedContextValue } from '@tracelink/context/internal';
import { baggageField } from '../formats/baggage.ts';
import { formats } from '../formats/formats.ts';
import { readGlobally } from '../global/global-propagator.ts';
import type { TraceHeaders } from '../headers/trace-headers.ts';

/**
 * What an untrusted sender wrote into the trace headers of messages, remembered to recognize it in what their handler sends: a copy is no
 * choice of the handler's. Nothing else is made of it. It holds no more than a few dozen bytes a message, so detached work may keep it.
 */
export class UntrustedHeaders {
  /** What spans are called here, and digests of baggage. Not private: another copy of this class reads it. */
  readonly written: ReadonlySet<string>;

  private constructor(written: ReadonlySet<string>) {
    this.written = written;
  }

  /** @returns `undefined` for headers in which there is nothing to copy */
  static of(headers: unknown, known: TraceHeaders): UntrustedHeaders | undefined {
    const written = new Set(contextsIn(headers, known).map(nameOf));
    for (const text of known.texts(baggageField)) written.add(digestOf(text));
    return written.size === 0 ? undefined : new UntrustedHeaders(written);
  }

  /** What any of the headers hold: those of a batch. */
  static ofAll(all: readonly UntrustedHeaders[]): UntrustedHeaders {
    return new UntrustedHeaders(new Set(all.flatMap((each) => [...each.written])));
  }

  /** Whether the headers named a span, in any format, whether that is read or not: the producer may read others than the consumer. */
  names(span: SpanContext): boolean {
    return this.written.has(nameOf(span));
  }

  /** Whether the headers had a `baggage` of this text. */
  hasBaggage(text: string): boolean {
    return this.written.has(digestOf(text));
  }
}

/** Those of the messages that are being handled in a context, where their topic is not trusted. `Extraction.asRoot` sets it. */
export const untrustedHeaders: ContextValue<UntrustedHeaders | undefined> = sharedContextValue<UntrustedHeaders>(
  '@tracelink/propagation.untrustedHeaders.1',
  { detached: (untrusted) => untrusted },
);

function contextsIn(headers: unknown, known: TraceHeaders): readonly SpanContext[] {
  const { context: global } = readGlobally(headers, known);
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

/** A sender chooses how long its baggage is. */
function digestOf(text: string): string {
  return hash('sha256', text, 'base64');
}
