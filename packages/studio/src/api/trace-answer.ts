import { hash } from 'node:crypto';
import { deliveriesBefore } from '../flow/deliveries.ts';
import type { HeldSpan, HeldTrace } from '../store/held-trace.ts';
import type { TraceStore } from '../store/trace-store.ts';
import { linkKinds, type LinkKind } from '../telemetry/link-kinds.ts';
import { createsMessage, messageText, messagingRole, type MessagingRole } from '../telemetry/messaging.ts';
import type { Span, SpanReference } from '../telemetry/span.ts';
import { relatedTraces } from './related-traces.ts';

/** A trace with those that it is linked with, as it was when it was asked for. */
export interface TraceAnswer {
  /** Two answers of the same store that have the same tag are equal. */
  readonly tag: string;
  /** JSON in parts: the whole may be longer than a string can be. */
  readonly json: Iterable<string>;
}

/** A span that links to another. */
interface Linking extends SpanReference {
  readonly name: string;
  readonly service: string;
}

/** What a span has to do with a message, or with messages. */
interface ToldMessage {
  readonly topic?: string | undefined;
  readonly does?: MessagingRole['does'] | 'create' | undefined;
  /** The span that worked on the same record before it, of those in the answer: its group was given it again. */
  readonly cameAfter?: SpanReference | undefined;
}

/** One trace, apart from what the store does with it next. */
interface Snapshot {
  readonly traceId: string;
  readonly imported: boolean;
  readonly spans: readonly HeldSpan[];
  readonly linkedFrom: ReadonlyMap<string, readonly Linking[]>;
  /** How many log lines it has, those of no span among them. */
  readonly logLines: number;
  /** How many of its log lines went because of a limit. */
  readonly lostLogLines: number;
  /** How many log lines each span has. */
  readonly logs: ReadonlyMap<string, number>;
}

/** How many spans a part of the JSON holds. */
const spansInPart = 100;

/**
 * @param trace with a span at least
 * @param mostLinked how many of the traces that it is linked with
 */
export function answerTrace(store: TraceStore, trace: HeldTrace, mostLinked: number): TraceAnswer {
  const { traces, ...left } = relatedTraces(store, trace, mostLinked);
  const missing = { ...left, lostSpans: trace.lostSpans };
  // Each with its reason for the page, and all in one for a program.
  const end = JSON.stringify({ ...missing, truncated: Object.values(missing).some(Boolean) }).slice(1, -1);
  const snapshots = [trace, ...traces].map((held) => takeSnapshot(store, held));
  return { tag: tagOf(store, [trace, ...traces], end), json: writeAnswer(snapshots, end) };
}

/**
 * An answer is made of some traces, each in one state, and of what links to them. A revision is of one state of one trace: all of them
 * together say which. The greatest and their number would not: where a trace goes, one that was passed over before may take its place.
 */
function tagOf(store: TraceStore, traces: readonly HeldTrace[], end: string): string {
  const used = new Set(traces);
  for (const { traceId } of traces) {
    for (const id of store.tracesLinkingTo(traceId)) {
      const linking = store.trace(id);
      if (linking !== undefined) used.add(linking);
    }
  }
  const state = `${traces.length} ${end} ${Array.from(used, ({ revision }) => revision).join()}`;
  return `"${hash('sha256', state, 'base64url')}"`;
}

function takeSnapshot(store: TraceStore, { traceId, imported, spans, logLines, lostLogLines }: HeldTrace): Snapshot {
  const linkedFrom = new Map<string, Linking[]>();
  for (const { span, shared } of store.spansLinkingTo(traceId)) {
    const linking = { traceId: span.traceId, spanId: span.spanId, name: span.name, service: shared.origin.service };
    const targets = new Set(span.links.filter((link) => link.traceId === traceId).map(({ spanId }) => spanId));
    for (const target of targets) {
      const ofTarget = linkedFrom.get(target);
      if (ofTarget === undefined) linkedFrom.set(target, [linking]);
      else ofTarget.push(linking);
    }
  }
  const logs = new Map<string, number>();
  for (const { line } of logLines) logs.set(line.spanId, (logs.get(line.spanId) ?? 0) + 1);
  return { traceId, imported, spans: [...spans.values()], linkedFrom, logLines: logLines.length, lostLogLines, logs };
}

function* writeAnswer([own, ...related]: readonly Snapshot[], end: string): Generator<string> {
  const before = deliveriesBefore([own as Snapshot, ...related].flatMap(({ spans }) => spans));
  yield '{';
  yield* writeTrace(own as Snapshot, before);
  yield ',"related":[';
  for (const [index, trace] of related.entries()) {
    yield index === 0 ? '{' : ',{';
    yield* writeTrace(trace, before);
    yield '}';
  }
  yield `],${end}}`;
}

function* writeTrace(
  { traceId, imported, spans, linkedFrom, logLines, lostLogLines, logs }: Snapshot,
  before: ReadonlyMap<HeldSpan, Span>,
): Generator<string> {
  yield `"traceId":"${traceId}","imported":${imported},"logLines":${logLines},"lostLogLines":${lostLogLines},"spans":[`;
  for (let index = 0; index < spans.length; index += spansInPart) {
    const part = spans.slice(index, index + spansInPart).map((held) =>
      JSON.stringify({
        ...held.span,
        ...held.shared.origin,
        links: linksOf(held.span),
        linkedFrom: linkedFrom.get(held.span.spanId) ?? [],
        logs: logs.get(held.span.spanId) ?? 0,
        message: messageOf(held.span, before.get(held)),
      }),
    );
    yield `${index === 0 ? '' : ','}${part.join(',')}`;
  }
  yield ']';
}

/** Told by the studio, as it takes all of a span to tell: the page, the list and the flow must not differ in it. */
function linksOf(span: Span): (Span['links'][number] & { readonly kind: LinkKind })[] {
  const kinds = linkKinds(span);
  return span.links.map((link, index) => ({ ...link, kind: kinds[index] as LinkKind }));
}

/** Told by the studio too: a page that reads the names of every convention itself would differ from the flow when one of them is new. */
function messageOf(span: Span, before: Span | undefined): ToldMessage | undefined {
  const topic = messageText(span.attributes, 'topic');
  const does = createsMessage(span) ? 'create' : messagingRole(span)?.does;
  if (topic === undefined && does === undefined) return undefined;
  return { topic, does, cameAfter: before && { traceId: before.traceId, spanId: before.spanId } };
}
