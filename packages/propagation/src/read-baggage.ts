import { type Baggage, propagation } from '@opentelemetry/api';
import { parseBaggage } from './baggage-header.ts';
import { percentDecode } from './percent.ts';
import type { TraceHeaders } from './trace-headers.ts';

const maxEntries = 64;

/** Baggage from the header `baggage` (repeats joined). */
export function readBaggage(headers: TraceHeaders): Baggage | undefined {
  const text = headers.joined('baggage');
  return text === undefined ? undefined : parseBaggage(text);
}

/**
 * Adds what Jaeger's headers hold: `jaeger-baggage: k=v, l=w` and `uberctx-<key>`, raw or percent-encoded. An entry that
 * is there already stays: the standard header is the one that every party agrees on.
 */
export function addJaegerBaggage(baggage: Baggage | undefined, headers: TraceHeaders): Baggage | undefined {
  const list = headers.joined('jaeger-baggage');
  const entries = list === undefined ? [] : (parseBaggage(list)?.getAllEntries() ?? []).map(([key, entry]) => [key, entry.value] as const);
  let result = baggage;
  for (const [key, value] of [...headers.uberctx(), ...entries]) {
    result ??= propagation.createBaggage();
    if (result.getEntry(key) !== undefined || result.getAllEntries().length >= maxEntries) continue;
    result = result.setEntry(key, { value: percentDecode(value) });
  }
  return result;
}

/** The entries that an allow-list keeps; `undefined` when none is left. */
export function filterBaggage(baggage: Baggage | undefined, keys: ReadonlySet<string> | undefined): Baggage | undefined {
  if (baggage === undefined || keys === undefined) return baggage;
  const dropped = baggage.getAllEntries().flatMap(([key]) => (keys.has(key) ? [] : [key]));
  const kept = dropped.length === 0 ? baggage : baggage.removeEntries(...dropped);
  return kept.getAllEntries().length === 0 ? undefined : kept;
}
