import { type Baggage, type BaggageEntry, propagation } from '@opentelemetry/api';
import { parseBaggage, parseBaggageEntries } from './baggage-header.ts';
import { percentDecode } from './percent.ts';
import type { TraceHeaders } from './trace-headers.ts';

const maxEntries = 64;

/** Baggage from the header `baggage` (repeats joined). */
export function readBaggage(headers: TraceHeaders): Baggage | undefined {
  const text = headers.joined('baggage');
  return text === undefined ? undefined : parseBaggage(text);
}

/**
 * The same with what Jaeger's headers hold beside it: `uberctx-<key>`, raw or percent-encoded, and `jaeger-baggage: k=v, l=w`.
 * An entry that is there already stays: the standard header is the one that every party agrees on.
 */
export function readBaggageWithJaeger(headers: TraceHeaders): Baggage | undefined {
  const entries = entriesOf(headers, 'baggage') ?? (Object.create(null) as Record<string, BaggageEntry>);
  let count = Object.keys(entries).length;
  const add = (key: string, entry: BaggageEntry): void => {
    if (count >= maxEntries || key in entries) return;
    entries[key] = entry;
    count++;
  };
  for (const [key, text] of headers.uberctx()) add(key, { value: percentDecode(text) });
  const listed = entriesOf(headers, 'jaeger-baggage');
  for (const key in listed) if (listed[key] !== undefined) add(key, listed[key]);
  return count === 0 ? undefined : propagation.createBaggage(entries);
}

function entriesOf(headers: TraceHeaders, name: 'baggage' | 'jaeger-baggage'): Record<string, BaggageEntry> | undefined {
  const text = headers.joined(name);
  return text === undefined ? undefined : parseBaggageEntries(text);
}

/** The entries that an allow-list keeps; `undefined` when none is left. */
export function filterBaggage(baggage: Baggage | undefined, keys: ReadonlySet<string> | undefined): Baggage | undefined {
  if (baggage === undefined || keys === undefined) return baggage;
  const dropped = baggage.getAllEntries().flatMap(([key]) => (keys.has(key) ? [] : [key]));
  const kept = dropped.length === 0 ? baggage : baggage.removeEntries(...dropped);
  return kept.getAllEntries().length === 0 ? undefined : kept;
}
