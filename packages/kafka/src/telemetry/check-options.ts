import {
  aFunction,
  aMeterProvider,
  checkOptions,
  hasMethods,
  oneOf,
  orFunction,
  text,
  wholeNumber,
  type Rule,
} from '../core/option-rules.ts';
import type { ConsumerOptions, ProducerOptions, TracingOptions } from './options.ts';

type Option = keyof ProducerOptions | keyof ConsumerOptions;

const relations = ['parent', 'link'];

const rules: Readonly<Record<Option, Rule>> = {
  propagation: {
    must: 'what kafkaPropagation() of @tracelink/propagation returns',
    accepts: (value) => hasMethods(value, 'extract', 'creationContext', 'droppedContexts', 'kept', 'injection'),
  },
  relation: orFunction(oneOf(...relations)),
  topics: { must: "an object of topic name to { relation: 'parent' | 'link', destinationTemplate: string }", accepts: areTopics },
  semconv: oneOf('1.45', '1.44', 'dup'),
  messageKey: orFunction(oneOf(true, false)),
  tracerProvider: { must: 'a TracerProvider', accepts: (value) => hasMethods(value, 'getTracer') },
  meterProvider: aMeterProvider,
  clientId: text,
  clusterId: text,
  createSpans: oneOf(true, false),
  existingContext: oneOf('keep', 'replace'),
  agentContext: oneOf('beside', 'withhold', 'instead'),
  onSend: aFunction,
  groupId: text,
  traceLimits: { must: '{ maxHops, maxAge }, each a number above 0', accepts: areTraceLimits },
  linkLimit: wholeNumber('links', 0),
  parentLink: oneOf(true, false),
  onProcess: aFunction,
};

const shared: readonly Option[] = [
  'propagation',
  'relation',
  'topics',
  'semconv',
  'messageKey',
  'tracerProvider',
  'meterProvider',
  'clientId',
  'clusterId',
];
const ofProducer: readonly Option[] = [...shared, 'createSpans', 'existingContext', 'agentContext', 'onSend'];
const ofConsumer: readonly Option[] = [...shared, 'groupId', 'traceLimits', 'linkLimit', 'parentLink', 'onProcess'];

/** @throws {KafkaTracingError} `unknown_option` or `invalid_option`, with a text that says what to write instead */
export function checkProducerOptions(options: ProducerOptions): void {
  check('wrapProducer', options, ofProducer);
}

/** @throws {KafkaTracingError} `unknown_option` or `invalid_option`, with a text that says what to write instead */
export function checkConsumerOptions(options: ConsumerOptions): void {
  check('wrapConsumer', options, ofConsumer);
}

/** @throws {KafkaTracingError} `unknown_option` or `invalid_option`, with a text that says what to write instead */
export function checkForEachOptions(options: ConsumerOptions): void {
  check('forEachMessage', options, ofConsumer);
}

/**
 * Of the messages that an outbox's relay sends: the spans and contexts are those of the table.
 *
 * @throws {KafkaTracingError} `unknown_option` or `invalid_option`, with a text that says what to write instead
 */
export function checkOutboxTracing(options: Pick<ProducerOptions, keyof TracingOptions | 'onSend'>): void {
  check('outbox.tracing', options, [...shared, 'onSend']);
}

/** @throws {KafkaTracingError} `unknown_option` or `invalid_option`, with a text that says what to write instead */
export function checkReplayTracing(options: TracingOptions): void {
  check('replay.tracing', options, shared);
}

function check(taker: string, options: object, known: readonly Option[]): void {
  checkOptions(taker, options, Object.fromEntries(known.map((name) => [name, rules[name]])));
}

function areTopics(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every(isTopicOptions);
}

function isTopicOptions(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { relation, destinationTemplate, ...unknown } = value as { relation?: unknown; destinationTemplate?: unknown };
  if (Object.keys(unknown).length > 0) return false;
  return (
    (relation === undefined || relations.includes(relation as string)) &&
    (destinationTemplate === undefined || text.accepts(destinationTemplate))
  );
}

function areTraceLimits(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { maxHops, maxAge, ...unknown } = value as { maxHops?: unknown; maxAge?: unknown };
  return (
    Object.keys(unknown).length === 0 && [maxHops, maxAge].every((limit) => limit === undefined || (typeof limit === 'number' && limit > 0))
  );
}
