import type { HeldSpan, HeldTrace } from '../store/held-trace.ts';
import type { Attributes, Json } from '../telemetry/span.ts';
import type { AttributeCondition } from './attribute-query.ts';
import { summarizeTrace } from './summarize-trace.ts';
import type { TraceFilter } from './trace-filter.ts';

/** Whether a list has it. What costs little is asked first. @param trace with a span at least */
export function isWanted(trace: HeldTrace, filter: TraceFilter): boolean {
  const { search, service, topic, badge, errorsOnly, minDurationUs, sinceUs, untilUs } = filter;
  const summary = summarizeTrace(trace);
  return (
    (!errorsOnly || summary.errors > 0) &&
    summary.durationUs >= minDurationUs &&
    summary.startUs <= untilUs &&
    summary.startUs + summary.durationUs >= sinceUs &&
    (service === undefined || summary.services.includes(service)) &&
    (topic === undefined || summary.topics.includes(topic)) &&
    (badge === undefined || summary.badges.some((name) => name === badge)) &&
    hasSpan(trace, filter) &&
    (search === '' || matchesSearch(trace, search))
  );
}

/** Whether one span was going on in the time and has all the attributes: two of a trace may be days apart. */
function hasSpan({ spans }: HeldTrace, { attributes, sinceUs, untilUs }: TraceFilter): boolean {
  if (attributes.length === 0 && sinceUs === 0 && untilUs === Infinity) return true;
  for (const held of spans.values()) {
    const { startUs, durationUs } = held.span;
    const isInTime = startUs <= untilUs && startUs + durationUs >= sinceUs;
    if (isInTime && attributes.every((condition) => holds(condition, held))) return true;
  }
  return false;
}

/** Of the span itself, its resource, its events or its links: who looks for `exception.type` need not know which has it. */
function holds(condition: AttributeCondition, { span, shared }: HeldSpan): boolean {
  const isIn = (attributes: Attributes): boolean =>
    Object.hasOwn(attributes, condition.key) &&
    (condition.value === undefined || isEqual(attributes[condition.key] as Json, condition.value));
  return (
    isIn(span.attributes) ||
    isIn(shared.origin.resource) ||
    span.events.some((event) => isIn(event.attributes)) ||
    span.links.some((link) => isIn(link.attributes))
  );
}

/** Whether the page shows the value so; of a list, one of its entries is enough. */
function isEqual(value: Json, text: string): boolean {
  if (typeof value === 'string') return value === text;
  return JSON.stringify(value) === text || (Array.isArray(value) && value.some((entry: Json) => isEqual(entry, text)));
}

/** Whether an id, a service, a name or an attribute's value of a span has `search` in it, in any case. */
function matchesSearch({ traceId, spans }: HeldTrace, search: string): boolean {
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
