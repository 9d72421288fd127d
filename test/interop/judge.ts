import { kafkaPropagation } from '@tracelink/propagation';
import type { RawHeaders } from '../recorded/fixture-folder.ts';
import type { Case } from './cases.ts';
import type { Named } from './jobs.ts';

/**
 * What is wrong with what tracelink reads from headers that a tracer wrote for a case; `undefined`: nothing.
 *
 * @param named as the tracer names the context
 */
export function wrongWithOurs({ format, baggage }: Case, named: Named, headers: RawHeaders): string | undefined {
  const bytes = headers.map(([name, value]) => ({ [name]: Buffer.from(value ?? '') }));
  const { creationContext, baggage: received } = kafkaPropagation({ extract: [format] }).extract(bytes, 't');
  if (creationContext === undefined) return 'no context';
  const { traceId, spanId, traceFlags, traceState } = creationContext;
  const members = Object.fromEntries((received?.getAllEntries() ?? []).map(([key, { value }]) => [key, value]));
  const read: Named = { traceId, spanId, sampled: (traceFlags & 1) === 1, traceState: traceState?.serialize() ?? '', baggage: members };
  return difference(read, { ...named, traceId: named.traceId.padStart(32, '0'), baggage });
}

/** What is wrong with what a tracer read from headers that tracelink wrote for a case; `undefined`: nothing. */
export function wrongWithTheirs({ traceId, spanId, sampling, traceState, baggage }: Case, read: Named | undefined): string | undefined {
  if (read === undefined) return 'no context';
  // What was not decided the tracer decides; nothing is wrong with either.
  const sampled = sampling === 'undecided' ? read.sampled : sampling !== 'denied';
  // Brave names a trace id of which the upper half is zeros by its lower half.
  return difference({ ...read, traceId: read.traceId.padStart(32, '0') }, { traceId, spanId, sampled, traceState, baggage });
}

function difference(read: Named, said: Named): string | undefined {
  const wrong = (Object.keys(said) as (keyof Named)[]).filter((name) => inOrder(read[name]) !== inOrder(said[name]));
  return wrong.length === 0 ? undefined : wrong.map((name) => `${name}: ${inOrder(read[name])} for ${inOrder(said[name])}`).join('; ');
}

function inOrder(value: Named[keyof Named]): string {
  return typeof value === 'object' ? JSON.stringify(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))) : String(value);
}
