import type { TraceStore } from '../store/trace-store.ts';
import { createsMessage, messagingRole } from '../telemetry/messaging.ts';
import type { Span } from '../telemetry/span.ts';

/** When messages lay in their topics. It remembers what it looked up: a trace may create thousands of messages. */
export class SendTimes {
  readonly #store: TraceStore;
  /** By trace and by the span that created a message: the spans that sent it. */
  readonly #sends = new Map<string, Map<string, Span[]>>();

  constructor(store: TraceStore) {
    this.#store = store;
  }

  /**
   * The end of the sending. What was created first and sent later, from an outbox say, waited elsewhere until then.
   *
   * @param sender created the message, or sent it at once
   * @param takenUs when it was taken; a send that began later is another one, to a dead-letter topic say
   */
  sentAt(sender: Span, takenUs: number): number {
    const sends = createsMessage(sender) ? (this.#sendsOf(sender.traceId).get(sender.spanId) ?? []) : [];
    const ends = sends.filter(({ startUs }) => startUs <= takenUs).map(({ startUs, durationUs }) => startUs + durationUs);
    return ends.length === 0 ? sender.startUs + sender.durationUs : ends.reduce((least, end) => Math.min(least, end));
  }

  #sendsOf(traceId: string): Map<string, Span[]> {
    let sends = this.#sends.get(traceId);
    if (sends !== undefined) return sends;
    this.#sends.set(traceId, (sends = new Map()));
    for (const { span } of this.#store.spansLinkingTo(traceId)) {
      if (messagingRole(span)?.does !== 'send') continue;
      for (const link of span.links) {
        if (link.traceId !== traceId) continue;
        const before = sends.get(link.spanId);
        if (before === undefined) sends.set(link.spanId, [span]);
        else before.push(span);
      }
    }
    return sends;
  }
}
