import type { HeldSpan, SharedOrigin } from '../store/held-trace.ts';
import { causesOf } from '../telemetry/link-kinds.ts';
import { messageAttribute, messagingRole, type MessagingRole } from '../telemetry/messaging.ts';
import type { Json, Span } from '../telemetry/span.ts';

/**
 * Which spans were first to work on their record. A record comes again to the same group when its handler failed, or its offset was not
 * committed: without a retry of its own, a consumer does not say so.
 */
export class Deliveries {
  /** By record and group: when the first span of it began. */
  readonly #firstUs = new Map<string, number>();

  add(span: Span, role: MessagingRole, shared: SharedOrigin): void {
    const key = keyOf(span, role, shared);
    if (key !== undefined) this.#firstUs.set(key, Math.min(span.startUs, this.#firstUs.get(key) ?? Infinity));
  }

  /** Whether another span had begun with the record before; that of all of them was added must be over. */
  isAgain(span: Span, role: MessagingRole, shared: SharedOrigin): boolean {
    const key = keyOf(span, role, shared);
    return key !== undefined && span.startUs > (this.#firstUs.get(key) as number);
  }
}

/**
 * The same where all spans are there and one asks which was before.
 *
 * @returns by a span that worked on a record, the one before it that did
 */
export function deliveriesBefore(spans: readonly HeldSpan[]): ReadonlyMap<HeldSpan, Span> {
  const byRecord = Map.groupBy(spans, ({ span, shared }) => {
    const role = messagingRole(span);
    return role?.does === 'process' ? keyOf(span, role, shared) : undefined;
  });
  byRecord.delete(undefined);
  const before = new Map<HeldSpan, Span>();
  for (const same of byRecord.values()) {
    if (same.length === 1) continue;
    const inTime = same.toSorted((a, b) => a.span.startUs - b.span.startUs);
    for (const [index, held] of inTime.entries()) {
      const earlier = inTime[index - 1];
      if (earlier !== undefined) before.set(held, earlier.span);
    }
  }
  return before;
}

/**
 * A place alone is no record: the offsets of a topic that was made anew, or of a broker that forgets its topics when it ends, begin at 0
 * again. Who sent what is there is another one then.
 *
 * @returns undefined for a span that does not say of which record it is, a batch's say, or who sent it
 */
function keyOf(span: Span, { topic }: MessagingRole, { origin }: SharedOrigin): string | undefined {
  const { attributes } = span;
  const offset = messageAttribute(attributes, 'offset');
  if (offset === undefined) return undefined;
  const sender = senderOf(span);
  if (sender === undefined) return undefined;
  const group = messageAttribute(attributes, 'group') ?? origin.service;
  return JSON.stringify([topic, asText(messageAttribute(attributes, 'partition')), asText(offset), asText(group), ...sender]);
}

/** What its links name as causes; where there is none, its parent. */
function senderOf(span: Span): readonly string[] | undefined {
  const causes = causesOf(span).map(({ traceId, spanId }) => `${traceId}-${spanId}`);
  if (causes.length > 0) return causes.sort();
  return span.parentSpanId === undefined ? undefined : [`${span.traceId}-${span.parentSpanId}`];
}

/** An instrumentation has the number 7 where another has "7". */
function asText(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
