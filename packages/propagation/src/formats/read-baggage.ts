import { type Baggage, type BaggageEntry, propagation } from '@opentelemetry/api';
import { parseBaggage, parseBaggageEntries } from './baggage.ts';
import { percentDecode } from './percent.ts';
import type { TraceHeaders } from '../headers/trace-headers.ts';

// As for the header `baggage`: 64 entries, 8192 characters for all `uberctx-` headers together.
const maxEntries = 64;
const maxLength = 8192;

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
  let length = 0;
  for (const [key, text] of headers.uberctx()) {
    length += key.length + text.length;
    if (count >= maxEntries || length > maxLength) break;
    if (key in entries) continue;
    entries[key] = { value: percentDecode(text) };
    count++;
  }
  for (const [key, entry] of Object.entries(entriesOf(headers, 'jaeger-baggage') ?? {})) {
    if (count >= maxEntries) break;
    if (key in entries) continue;
    entries[key] = entry;
    count++;
  }
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
