import type { Attributes, Span } from '@opentelemetry/api';

/**
 * The one module that knows attribute names, as `metric.ts` knows metrics. Source: OpenTelemetry semantic conventions for messaging and
 * Kafka, the rules of 1.44 with the names of 1.45. The constants are copied because the conventions' package asks
 * libraries not to import its incubating entry point at run time.
 */
export const Attr = {
  OPERATION_NAME: 'messaging.operation.name',
  OPERATION_TYPE: 'messaging.operation.type',
  DESTINATION_NAME: 'messaging.destination.name',
  DESTINATION_TEMPLATE: 'messaging.destination.template',
  PARTITION_ID: 'messaging.destination.partition.id',
  BATCH_MESSAGE_COUNT: 'messaging.batch.message_count',
  CONSUMER_GROUP: 'messaging.consumer.group.name',
  CLIENT_ID: 'messaging.client.id',
  SERVER_ADDRESS: 'server.address',
  SERVER_PORT: 'server.port',
  ERROR_TYPE: 'error.type',
  /** Of the conventions for databases: the table of an outbox. */
  COLLECTION_NAME: 'db.collection.name',
  /** Ours: the ids of the cause, in a trace that only links to it, for back ends that do not show links. */
  LINK_TRACE_ID: 'tracelink.link.trace_id',
  LINK_SPAN_ID: 'tracelink.link.span_id',
  /** Ours, on links: the kind of span that they lead to, when it is no creation context (`previous_attempt`, `origin`, `broken_trace`). */
  LINK_KIND: 'tracelink.link.kind',
  /**
   * Ours: the number of the attempt at a message or batch. The conventions have no name for it. Bare wrappers write it from 2 on,
   * `subscribe` always.
   */
  DELIVERY_ATTEMPT: 'tracelink.delivery.attempt',
  /** Ours, `true`: the message was completed before, so its handler did not run. */
  DELIVERY_DUPLICATE: 'tracelink.delivery.duplicate',
  DELIVERY_OUTCOME: 'tracelink.delivery.outcome',
  /** Ours: why a partition is blocked, a `BlockReason` of `subscribe`. */
  BLOCK_REASON: 'tracelink.delivery.block_reason',
  /** Ours: the number of links of a batch beyond `linkLimit`. */
  LINKS_DROPPED: 'tracelink.links.dropped',
  /** Ours: messages of a resolved send that no broker acknowledged. */
  UNACKNOWLEDGED: 'tracelink.send.unacknowledged',
  /** Ours: where the messages of a batch went, one `topic/partition:baseOffset` for each partition in the broker's answer. */
  BASE_OFFSETS: 'tracelink.base_offsets',
} as const;

/** The operation of a span or metric: name and type of the messaging operation. */
export const Operation = {
  create: { name: 'create', type: 'create' },
  send: { name: 'send', type: 'send' },
  process: { name: 'process', type: 'process' },
  commit: { name: 'commit', type: 'settle' },
  /** The conventions have no type for the end of a transaction, so it has none. */
  commitTransaction: { name: 'commit_transaction', type: undefined },
  abortTransaction: { name: 'abort_transaction', type: undefined },
} as const;

export type Operation = (typeof Operation)[keyof typeof Operation];

/** Which attribute names are written: those of 1.45; those of 1.44, of which 1.45 renamed five; or both, with equal values. */
export type Semconv = '1.45' | '1.44' | 'dup';

/** The attributes that 1.45 renamed. */
export interface RenamedAttributes {
  readonly system: string;
  readonly offset: string;
  readonly key: string;
  readonly tombstone: string;
  readonly clusterId: string;
}

const names145: RenamedAttributes = {
  system: 'messaging.system.name',
  offset: 'kafka.offset',
  key: 'kafka.message.key',
  tombstone: 'kafka.message.tombstone',
  clusterId: 'kafka.cluster.id',
};
const names144: RenamedAttributes = {
  system: 'messaging.system',
  offset: 'messaging.kafka.offset',
  key: 'messaging.kafka.message.key',
  tombstone: 'messaging.kafka.message.tombstone',
  clusterId: 'messaging.kafka.cluster.id',
};
const nameSets: Readonly<Record<Semconv, readonly RenamedAttributes[]>> = {
  '1.45': [names145],
  '1.44': [names144],
  dup: [names145, names144],
};

/** Sets a renamed attribute under each name that `semconv` asks for. */
export function setRenamed(
  attributes: Attributes,
  semconv: Semconv,
  which: keyof RenamedAttributes,
  value: string | number | boolean,
): void {
  for (const names of nameSets[semconv]) attributes[names[which]] = value;
}

/** The two attributes that nearly every consumed message has, with the names of 1.45; a literal is made several times as fast. */
export function keyAndOffset(key: string, offset: number): Attributes {
  return { 'kafka.message.key': key, 'kafka.offset': offset };
}

/** The same on a span. Counted, as each message comes by here twice: `for … of` makes an iterator and what it answers. */
export function setRenamedOn(span: Span, semconv: Semconv, which: keyof RenamedAttributes, value: string | number | boolean): void {
  const sets = nameSets[semconv];
  for (let index = 0; index < sets.length; index++) span.setAttribute((sets[index] as RenamedAttributes)[which], value);
}

/** `{operation} {destination}`, without a trailing space when there is no single destination. */
export function spanName(operation: Operation, destination: string | undefined): string {
  return destination === undefined ? operation.name : `${operation.name} ${destination}`;
}

const ofTopicAndGroup: readonly string[] = [Attr.DESTINATION_NAME, Attr.DESTINATION_TEMPLATE, Attr.CONSUMER_GROUP];

/**
 * The attributes of times and of counters of rare events: those of the topic and the group among `attributes`. The SDK reads each attribute of
 * a histogram again for every message. And a counter must be 0 under the attributes of its first event before that comes, while the
 * broker of a message is known late, and changes.
 */
export function topicAndGroup(attributes: Readonly<Attributes>): Readonly<Attributes> {
  return Object.fromEntries(ofTopicAndGroup.filter((name) => name in attributes).map((name) => [name, attributes[name]]));
}
