import type { RecordPlace } from '../records/seen-record.ts';
import { found, type TopicRule } from './rule.ts';
import type { ReadOffsets } from './topic-summary.ts';
import type { BackEndSpan, TracedRecord } from './traced-record.ts';

/** What spans say of senders and consumers, where a back end was asked for them. */
export const spans: readonly TopicRule[] = [
  {
    of: 'topic',
    id: 'sampling-lost',
    title: 'Records say that their trace is not sampled, and the back end has it.',
    effect: 'Consumers go by the record and record nothing: the trace ends at the sender.',
    fix: 'Have the sender go by its parent: OTEL_TRACES_SAMPLER=parentbased_traceidratio, not traceidratio, and no sampler of its own.',
    causes: 'a ratio or always_off that does not look at the parent',
    docs: 'headers.md#precedence',
    inspect({ traced }) {
      const unsampled = traced.filter(({ isSampled }) => !isSampled);
      // A consumer that records everything has a span of its own below the record's.
      const recorded = unsampled.filter(({ ofSender }) => ofSender > 0);
      return found(recorded, unsampled.length, ([first]) => `${first.ofSender} spans of an unsampled trace`);
    },
  },
  {
    of: 'topic',
    id: 'send-traced-twice',
    title: 'One send has two producer spans.',
    effect: 'Counts and durations of sends are double, and the record names one of the two: the other is an end of the trace.',
    fix: 'Leave out your own span around the send, or make it of kind INTERNAL: the library has one of kind PRODUCER.',
    causes: 'an application’s own span of kind PRODUCER around a traced producer',
    docs: 'telemetry.md#beside-opentelemetrys-own-instrumentation',
    inspect({ topic, traced }) {
      const twice = traced.flatMap((record) => {
        const own = ownSpan(record, topic);
        const twin = own && record.spans.find((span) => isTwin(span, own));
        return own === undefined || twin === undefined ? [] : [{ ...record, scopes: [own.scope, twin.scope].sort() }];
      });
      return found(twice, traced.length, ([first]) => `by ${[...new Set(first.scopes)].join(' and ')}`);
    },
  },
  {
    of: 'topic',
    id: 'consumers-disagree',
    title: 'One service continues the traces of records, another one only links to them.',
    effect: 'A trace shows some of the work that a record caused; the rest is in traces of their own.',
    fix: 'Choose one for the topic: relation: "parent" of wrapConsumer, or "link"; in Java otel.instrumentation.messaging.experimental.receive-telemetry.enabled.',
    causes: 'relation of tracelink; OpenTelemetry Java with receive telemetry',
    docs: 'telemetry.md#relation',
    inspect({ topic, traced }) {
      const [parenting, linking] = [new Set<string>(), new Set<string>()];
      const seen = traced.flatMap((record) => {
        const consumers = consumersOf(record, topic).filter(({ batchSize }) => batchSize === undefined);
        for (const span of consumers) (isChild(span, record) ? parenting : linking).add(span.service);
        return consumers.length === 0 ? [] : [record];
      });
      // Who does both has its reasons: an attempt links to the one before, a record without trust is linked.
      const parents = [...parenting].filter((service) => !linking.has(service)).sort();
      const links = [...linking].filter((service) => !parenting.has(service)).sort();
      return parents.length === 0 || links.length === 0
        ? undefined
        : found(seen, traced.length, () => `${parents.join(', ')} continues, ${links.join(', ')} links`);
    },
  },
  {
    of: 'topic',
    id: 'batch-links-missing',
    title: 'Spans of batches have fewer links than messages.',
    effect: 'Messages without a link lead to no consumer: their traces end before the batch.',
    fix: 'Raise OTEL_SPAN_LINK_COUNT_LIMIT (128) and linkLimit above the size of a batch, or take smaller batches.',
    causes: 'linkCountLimit of OpenTelemetry’s SDKs, linkLimit of tracelink',
    docs: 'telemetry.md#links',
    inspect({ topic, traced, records, withContext, mostFrequentSpan, read }) {
      // Records without a context have no link, and one span in several records may be one link.
      const isOneEach = withContext === records && mostFrequentSpan?.records === 1;
      const short = traced.flatMap((record) => {
        const batch = consumersOf(record, topic).find(
          (span) => span.droppedLinks > 0 || (isOneEach && missing(span) > 0 && isWhole(record, span, read.get(record.partition))),
        );
        return batch === undefined ? [] : [{ ...record, batch }];
      });
      return found(
        short,
        traced.length,
        ([{ batch }]) => `${batch.links.length} links of ${batch.batchSize ?? batch.links.length + batch.droppedLinks}`,
      );
    },
  },
];

/** The producer span that the record names. */
function ownSpan({ spans: all, traceId, spanId }: TracedRecord, topic: string): BackEndSpan | undefined {
  return all.find((span) => span.spanId === spanId && span.traceId === traceId && span.kind === 'producer' && span.destination === topic);
}

/** Whether a span is of the same send: one inside of the other. A span that creates a message may be inside of the one that sends it. */
function isTwin(span: BackEndSpan, own: BackEndSpan): boolean {
  const isInside = span.spanId === own.parentSpanId || span.parentSpanId === own.spanId;
  const isOfSend = [span, own].every(({ kind, operation }) => kind === 'producer' && operation !== 'create');
  // An application’s own span may name no topic.
  return isInside && isOfSend && span.service === own.service && (span.destination ?? own.destination) === own.destination;
}

/** The spans that consumed the record. */
function consumersOf(record: TracedRecord, topic: string): BackEndSpan[] {
  return record.spans.filter((span) => span.kind === 'consumer' && span.destination === topic);
}

function isChild(span: BackEndSpan, { traceId, spanId }: TracedRecord): boolean {
  return span.traceId === traceId && span.parentSpanId === spanId;
}

function missing({ batchSize = 0, links, parentSpanId }: BackEndSpan): number {
  // A message that is the parent may have no link.
  return batchSize - links.length - (parentSpanId === undefined ? 0 : 1);
}

/**
 * Whether every record that a batch with this one can hold was read: of the others no one knows what context they have. Those behind what
 * was read do not count: they were written meanwhile, half a minute after this one at least.
 */
function isWhole({ offset }: RecordPlace, { batchSize = 0 }: BackEndSpan, read: ReadOffsets | undefined): boolean {
  if (read === undefined || read.last - read.first + 1n !== BigInt(read.records)) return false;
  return read.first === 0n || BigInt(offset) - BigInt(batchSize - 1) >= read.first;
}
