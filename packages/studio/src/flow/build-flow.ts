import type { HeldSpan, HeldTrace } from '../store/held-trace.ts';
import type { TraceStore } from '../store/trace-store.ts';
import { causesOf, linkKinds } from '../telemetry/link-kinds.ts';
import { messagingRole, type MessagingRole } from '../telemetry/messaging.ts';
import type { Span, SpanReference } from '../telemetry/span.ts';
import { Deliveries } from './deliveries.ts';
import { countSpan, FlowCounts, type Flow } from './flow-counts.ts';
import { SendTimes } from './send-times.ts';

/** Which services speak with which, directly and over topics, from the spans that started at `sinceUs` or later. */
export function buildFlow(store: TraceStore, sinceUs: number): Flow {
  const counts = new FlowCounts();
  const sends = new SendTimes(store);
  const deliveries = new Deliveries();
  const [processes, receives]: [Taken[], Taken[]] = [[], []];
  const processing = new Set<string>();
  for (const trace of store.traces()) {
    for (const held of trace.spans.values()) {
      const role = messagingRole(held.span);
      if (role?.does === 'process') deliveries.add(held.span, role, held.shared);
      if (held.span.startUs < sinceUs) continue;
      countNode(counts, held, role);
      if (role === undefined) countCall(counts, trace, held);
      else if (role.does === 'send') countSend(counts, held, role);
      else if (role.does === 'process') {
        processing.add(wayOf(held, role));
        processes.push({ store, trace, held, role });
      } else receives.push({ store, trace, held, role });
    }
  }
  // Once all are known: a record may have come to its group before, in another trace.
  for (const taken of processes) countTaken(counts, sends, taken, deliveries.isAgain(taken.held.span, taken.role, taken.held.shared));
  // Who says of its messages how it worked on them is not counted a second time for having received them.
  for (const taken of receives) if (!processing.has(wayOf(taken.held, taken.role))) countTaken(counts, sends, taken, false);
  return counts.toFlow();
}

/** A span that took messages from a topic. */
interface Taken {
  readonly store: TraceStore;
  readonly trace: HeldTrace;
  readonly held: HeldSpan;
  readonly role: MessagingRole;
}

const isError = ({ status }: Span): boolean => status === 'error';
const serviceOf = ({ shared }: HeldSpan): string => shared.origin.service;
const wayOf = (held: HeldSpan, { topic }: MessagingRole): string => JSON.stringify([topic, serviceOf(held)]);

function countNode(counts: FlowCounts, held: HeldSpan, role: MessagingRole | undefined): void {
  const { span } = held;
  const service = counts.node('service', serviceOf(held));
  countSpan(service, isError(span));
  if (span.parentSpanId === undefined && (role === undefined || role.does === 'send')) service.begins = true;
  if (span.kind === 'server' || role?.does === 'process') service.times.push(span.durationUs);
  if (role === undefined) return;
  const topic = counts.node('topic', role.topic);
  countSpan(topic, isError(span));
  if (role.does === 'process') topic.times.push(span.durationUs);
}

/** A span whose parent is another service's, with no topic between them: a call. */
function countCall(counts: FlowCounts, trace: HeldTrace, held: HeldSpan): void {
  const parent = trace.spans.get(held.span.parentSpanId ?? '');
  if (parent === undefined || serviceOf(parent) === serviceOf(held)) return;
  countSpan(counts.edge(counts.node('service', serviceOf(parent)), counts.node('service', serviceOf(held))), isError(held.span));
}

function countSend(counts: FlowCounts, held: HeldSpan, { topic }: MessagingRole): void {
  countSpan(counts.edge(counts.node('service', serviceOf(held)), counts.node('topic', topic)), isError(held.span));
}

function countTaken(counts: FlowCounts, sends: SendTimes, { store, trace, held, role }: Taken, isAgain: boolean): void {
  const { span } = held;
  const edge = counts.edge(counts.node('topic', role.topic), counts.node('service', serviceOf(held)));
  countSpan(edge, isError(span));
  // After an attempt or a delivery before, the message waited for its next one, and not in the queue.
  if (isAgain || linkKinds(span).includes('retry')) return;
  for (const sender of sendersOf(store, trace, span)) {
    // The broker may hand a message out before its sender has the answer: that is no wait.
    edge.times.push(Math.max(0, span.startUs - sends.sentAt(sender, span.startUs)));
  }
}

/** The spans that sent what `span` took: those that its links name as causes, and its parent, each once. */
function sendersOf(store: TraceStore, trace: HeldTrace, span: Span): Span[] {
  const causes: readonly SpanReference[] = [...causesOf(span), { traceId: trace.traceId, spanId: span.parentSpanId ?? '' }];
  const found = new Set(causes.map(({ traceId, spanId }) => store.trace(traceId)?.spans.get(spanId)?.span));
  return [...found].filter((cause) => cause !== undefined && isSender(cause)) as Span[];
}

function isSender(span: Span): boolean {
  return span.kind === 'producer' || messagingRole(span)?.does === 'send';
}
