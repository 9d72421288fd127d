import type { SharedOrigin } from '../store/held-trace.ts';
import type { Attributes, Span } from '../telemetry/span.ts';
import type { MessagingRole } from './messaging-role.ts';

// Each name as the semantic conventions have it now, and as they had it before.
const offsets = ['messaging.kafka.offset', 'messaging.kafka.message.offset'];
const partitions = ['messaging.destination.partition.id', 'messaging.kafka.destination.partition', 'messaging.kafka.partition'];
const groups = ['messaging.consumer.group.name', 'messaging.kafka.consumer.group'];

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

/** @returns undefined for a span that does not say of which record it is, a batch's say */
function keyOf({ attributes }: Span, { topic }: MessagingRole, { origin }: SharedOrigin): string | undefined {
  const offset = first(attributes, offsets);
  if (offset === undefined) return undefined;
  return JSON.stringify([topic, first(attributes, partitions), offset, first(attributes, groups) ?? origin.service]);
}

/** As text: an instrumentation has the number 7 where another has "7". */
function first(attributes: Attributes, names: readonly string[]): string | undefined {
  const value = names.map((name) => attributes[name]).find((candidate) => candidate !== undefined && candidate !== null);
  return value === undefined ? undefined : JSON.stringify(value).replaceAll('"', '');
}
