import type { RecordRule, TopicRule } from './rule.ts';

const minute = 60_000;

/** A trace of this many hops goes round in a loop. */
const manyHops = 100;

/** What senders do with contexts that they received, and what is missing. */
export const forwarding: readonly (RecordRule | TopicRule)[] = [
  {
    of: 'topic',
    id: 'no-context',
    title: 'Records have no trace header.',
    effect: 'Their consumers begin new traces: nothing leads back to what caused the message.',
    fix: 'Wrap the producer that sends them: wrapProducer(kafka.producer()), and start an SDK before it; without one nothing is written.',
    causes:
      'a sender without tracing: Spring Boot before observation is switched on, ddtrace for Python before its propagation is, a SerializingProducer under OpenTelemetry for Python, Vert.x where no span is current; dd-trace, elastic-apm-node and newrelic in transactions; Kafka Streams’ new Record(…); Flink; Spark',
    docs: 'getting-started.md#if-there-is-no-trace',
    inspect: ({ withoutHeaders, records, examples, topic }) =>
      withoutHeaders > 0 && !isInner(topic)
        ? { seen: `${withoutHeaders} of ${records}`, records: withoutHeaders, places: examples.withoutHeaders }
        : undefined,
  },
  {
    of: 'topic',
    id: 'one-span-many-records',
    title: 'One span is in records that were written far apart, with others between them.',
    effect: 'A consumer sends the context that it received, or one of its start, again and again: hundreds of messages hang on one span.',
    fix: 'Take trace headers out before you send a record on, and wrap the producer, which writes its own.',
    causes: 'headers kept in a variable; plain copies of headers',
    docs: 'headers.md#precedence',
    // Timestamps alone prove nothing: an application may give those of its events, which it sends together.
    inspect: ({ mostFrequentSpan: most }) =>
      most !== undefined && most.records >= 3 && most.isApart && most.spread > minute
        ? { seen: `${most.records} records within ${Math.round(most.spread / 1_000)} s`, records: most.records, places: most.places }
        : undefined,
  },
  {
    of: 'topic',
    id: 'one-trace-for-all',
    title: 'All records are of one trace.',
    effect: 'A trace that began with the process takes in everything: no back end can draw it.',
    fix: 'Begin a trace for each unit of work: withSpan(name, fn, { root: true }) around it, or relation: "link".',
    causes:
      'Sentry 11.12.0 outside of a continued trace: one trace for the life of the process; a span around a whole service; headers kept in a variable by the only sender',
    docs: 'telemetry.md#relation',
    // One span that stands between others is of the rule before.
    inspect: ({ traces, withContext, mostFrequentSpan, examples }) =>
      withContext >= 20 && traces.count === 1 && (traces.spans > 1 || mostFrequentSpan?.isApart === false) && traces.spread > 10 * minute
        ? { seen: `${withContext} records`, records: withContext, places: examples.context }
        : undefined,
  },
  {
    of: 'topic',
    id: 'context-copied',
    title: 'A context stands in two topics.',
    effect: 'The hop between wrote no span: the trace goes on as if it were not there.',
    fix: 'Instrument the hop, or have it write its own context in place of the one that it got. There is no hop where one send wrote the same message to both topics, and the clocks of their brokers differ.',
    causes: 'FastStream 0.7.8 for a returned message, Micronaut’s @SendTo 4.10.8, plain copies',
    docs: 'does-my-trace-survive.md#what-each-framework-keeps',
    inspect: ({ copies, topic }) =>
      copies === undefined || isInner(topic) ? undefined : { seen: `as in ${copies.from}`, records: copies.records, places: copies.places },
  },
  {
    of: 'topic',
    id: 'formats-mixed',
    title: 'Senders of one topic write different formats.',
    effect: 'A consumer that reads one of them loses the traces of the other senders.',
    fix: 'Read both: extract: ["w3c", "b3"], and move the fleet in the five steps.',
    docs: 'headers.md#mixed-fleets',
    inspect({ formats, examples }) {
      const sets = [...formats.keys()].map((set) => new Set(set.split(', ')));
      const apart = sets.some((one) => sets.some((other) => [...one].every((format) => !other.has(format))));
      const records = [...formats.values()].reduce((sum, count) => sum + count, 0);
      return apart ? { seen: [...formats.keys()].join(' beside '), records, places: examples.context } : undefined;
    },
  },
  {
    of: 'topic',
    id: 'spellings-mixed',
    title: 'X-B3-* is spelled in two ways in one topic.',
    effect: 'Java reads X-B3-TraceId, Go and Python read x-b3-traceid: each loses the other’s traces.',
    fix: 'Write the single header: inject: ["b3"]; it has one spelling.',
    docs: 'headers.md#mixed-fleets',
    inspect: ({ multiSpellings, withContext, examples }) =>
      multiSpellings.size > 1 ? { seen: [...multiSpellings].join(' and '), records: withContext, places: examples.context } : undefined,
  },
  {
    of: 'record',
    id: 'trace-goes-round',
    title: `A trace has gone through ${manyHops} messages or more.`,
    effect: 'Messages go in a circle, or a trace never ends: no back end can draw it.',
    fix: 'Look for topics that feed each other; where the circle is meant, begin new traces: relation: (topic, message) => "link".',
    docs: 'telemetry.md#relation',
    inspect: ({ progress }) => (progress !== undefined && progress.hops >= manyHops ? { seen: `hops=${progress.hops}` } : undefined),
  },
];

/** A topic of Kafka Streams' own. */
function isInner(topic: string): boolean {
  return /-(?:changelog|repartition)$/.test(topic) || topic.startsWith('changelog__') || topic.startsWith('repartition__');
}
