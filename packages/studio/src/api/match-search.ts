import type { Json } from '../telemetry/json.ts';
import type { HeldTrace } from '../store/held-trace.ts';

/** Whether an id, a service, a name or an attribute's value of a span has `search` in it, in any case. */
export function matchesSearch({ traceId, spans }: HeldTrace, search: string): boolean {
  // An expression finds it without making a copy of each text in lower case.
  const pattern = new RegExp(search.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'), 'i');
  if (pattern.test(traceId)) return true;
  for (const { span, shared } of spans.values()) {
    if (pattern.test(span.name) || pattern.test(shared.origin.service) || pattern.test(span.spanId)) return true;
    if (Object.values(span.attributes).some((value) => isIn(value, pattern))) return true;
  }
  return false;
}

function isIn(value: Json, pattern: RegExp): boolean {
  return typeof value === 'object' && value !== null
    ? Object.values(value).some((entry: Json) => isIn(entry, pattern))
    : pattern.test(String(value));
}
