import { ValueType, type MetricOptions } from '@opentelemetry/api';

/** A metric as the conventions define one. */
interface MetricDefinition extends MetricOptions {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
}

type MetricKey =
  | 'operationDuration'
  | 'processDuration'
  | 'sentMessages'
  | 'consumedMessages'
  | 'attempts'
  | 'deadLetters'
  | 'inFlight'
  | 'circuitOpens'
  | 'duplicates'
  | 'queueTime'
  | 'retryWait'
  | 'endToEndDuration'
  | 'expulsions'
  | 'recordsRemoved'
  | 'topicsRecreated'
  | 'lag'
  | 'watermarkGap'
  | 'blockedPartitions'
  | 'outboxWait'
  | 'outboxOldest';

/** Of the conventions: durations of a client operation or a handler. */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Ours: delays, of which some are meant to be long. */
const waitBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600];

const seconds = (explicitBucketBoundaries: number[]): Pick<MetricDefinition, 'unit' | 'advice'> => ({
  unit: 's',
  advice: { explicitBucketBoundaries },
});
const count = <U extends string>(unit: U): Pick<MetricDefinition, 'unit' | 'valueType'> => ({
  unit: `{${unit}}`,
  valueType: ValueType.INT,
});

/**
 * The one module that knows metrics: names, units, buckets. The first four are those of the semantic conventions for messaging, the
 * others ours. A definition is also its instrument's options.
 */
export const Metric: Readonly<Record<MetricKey, MetricDefinition>> = {
  operationDuration: {
    name: 'messaging.client.operation.duration',
    ...seconds(durationBuckets),
    description: 'Duration of messaging operation initiated by a producer or consumer client.',
  },
  processDuration: {
    name: 'messaging.process.duration',
    ...seconds(durationBuckets),
    description: 'Duration of processing operation.',
  },
  sentMessages: {
    name: 'messaging.client.sent.messages',
    ...count('message'),
    description: 'Number of messages producer attempted to send to the broker.',
  },
  consumedMessages: {
    name: 'messaging.client.consumed.messages',
    ...count('message'),
    description: 'Number of messages that were delivered to the application.',
  },
  attempts: {
    name: 'tracelink.delivery.attempts',
    ...count('attempt'),
    description: 'Attempts at handling messages that ended.',
  },
  deadLetters: {
    name: 'tracelink.delivery.dead_letters',
    ...count('message'),
    description: 'Messages that were written to a dead-letter topic.',
  },
  inFlight: {
    name: 'tracelink.delivery.in_flight',
    ...count('attempt'),
    description: 'Attempts at handling messages that are running.',
  },
  circuitOpens: {
    name: 'tracelink.delivery.circuit_opens',
    ...count('opening'),
    description: 'Times that the circuit breaker opened: most of the last messages had failed.',
  },
  duplicates: {
    name: 'tracelink.delivery.duplicates',
    ...count('message'),
    description: 'Messages that were delivered although they were done, and not handled again.',
  },
  queueTime: {
    name: 'tracelink.delivery.queue_time',
    ...seconds(waitBuckets),
    description: 'Time from the timestamp of a message to its first attempt.',
  },
  retryWait: {
    name: 'tracelink.delivery.retry_wait',
    ...seconds(waitBuckets),
    description: 'Time that an attempt waited after the one before had failed.',
  },
  endToEndDuration: {
    name: 'tracelink.delivery.end_to_end_duration',
    ...seconds(waitBuckets),
    description: 'Time from the first message of a trace until a message of it was handled.',
  },
  expulsions: {
    name: 'tracelink.delivery.expulsions',
    ...count('expulsion'),
    description: 'Times that the group expelled a member of this process.',
  },
  recordsRemoved: {
    name: 'tracelink.delivery.records_removed',
    ...count('message'),
    description: 'Messages that the broker removed before they were handled.',
  },
  topicsRecreated: {
    name: 'tracelink.delivery.topics_recreated',
    ...count('partition'),
    description: 'Partitions that began at the beginning of a topic that was deleted and created again.',
  },
  lag: {
    name: 'tracelink.delivery.lag',
    ...count('message'),
    description: 'Messages from the committed offset of a partition to its end.',
  },
  watermarkGap: {
    name: 'tracelink.delivery.watermark_gap',
    ...count('message'),
    description: 'Messages from the committed offset of a partition to the last one that is done.',
  },
  blockedPartitions: {
    name: 'tracelink.delivery.blocked_partitions',
    ...count('partition'),
    description: 'Partitions that are blocked: nothing of them is handled.',
  },
  outboxWait: {
    name: 'tracelink.outbox.wait',
    ...seconds(waitBuckets),
    description: 'Time that a message was in the outbox, until the broker had it.',
  },
  outboxOldest: {
    name: 'tracelink.outbox.oldest_message_age',
    unit: 's',
    description: 'Time that the oldest message which the relay knows has been in the outbox; 0 when none waits.',
  },
};
