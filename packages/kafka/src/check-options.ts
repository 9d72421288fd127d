import { KafkaTracingError } from './kafka-tracing-error.ts';
import type { ConsumerOptions, ProducerOptions } from './options.ts';

type Option = keyof ProducerOptions | keyof ConsumerOptions;

/** What a value must be, in words, and whether it is. */
interface Rule {
  readonly must: string;
  readonly accepts: (value: unknown) => boolean;
}

const text: Rule = { must: 'a string that is not empty', accepts: (value) => typeof value === 'string' && value !== '' };
const hook: Rule = { must: 'a function', accepts: (value) => typeof value === 'function' };
const relations = ['parent', 'link'];

const rules: Readonly<Record<Option, Rule>> = {
  propagation: {
    must: 'what kafkaPropagation() of @tracelink/propagation returns',
    accepts: (value) => hasMethods(value, 'extract', 'creationContext', 'injection'),
  },
  relation: orFunction(oneOf(...relations)),
  topics: { must: "an object of topic name to { relation: 'parent' | 'link', destinationTemplate: string }", accepts: areTopics },
  semconv: oneOf('1.45', '1.44', 'dup'),
  messageKey: orFunction(oneOf(true, false)),
  tracerProvider: { must: 'a TracerProvider', accepts: (value) => hasMethods(value, 'getTracer') },
  meterProvider: { must: 'a MeterProvider', accepts: (value) => hasMethods(value, 'getMeter') },
  clientId: text,
  createSpans: oneOf(true, false),
  existingContext: oneOf('keep', 'replace'),
  onSend: hook,
  groupId: text,
  budget: { must: '{ hops, age }, each a number above 0', accepts: isBudget },
  linkLimit: { must: 'a whole number of links, 0 or more', accepts: (value) => Number.isInteger(value) && (value as number) >= 0 },
  onProcess: hook,
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
];
const ofProducer: readonly Option[] = [...shared, 'createSpans', 'existingContext', 'onSend'];
const ofConsumer: readonly Option[] = [...shared, 'groupId', 'budget', 'linkLimit', 'onProcess'];

/** @throws {KafkaTracingError} `unknown_option` or `invalid_option`, with a text that says what to write instead */
export function checkProducerOptions(options: ProducerOptions): void {
  check('wrapProducer', options, ofProducer);
}

/** @throws {KafkaTracingError} `unknown_option` or `invalid_option`, with a text that says what to write instead */
export function checkConsumerOptions(options: ConsumerOptions): void {
  check('wrapConsumer', options, ofConsumer);
}

function check(taker: string, options: object, known: readonly Option[]): void {
  if (typeof options !== 'object' || options === null)
    throw new KafkaTracingError('invalid_option', `${taker} takes an object of options, not ${describe(options)}.`);
  for (const [name, value] of Object.entries(options)) {
    if (!known.includes(name as Option))
      throw new KafkaTracingError('unknown_option', `${taker} has no option "${name}": use ${known.join(', ')}.`);
    const { must, accepts } = rules[name as Option];
    if (value !== undefined && !accepts(value))
      throw new KafkaTracingError('invalid_option', `"${name}" is ${describe(value)}: it must be ${must}.`);
  }
}

function oneOf(...values: readonly unknown[]): Rule {
  return { must: values.map((value) => JSON.stringify(value)).join(' or '), accepts: (value) => values.includes(value) };
}

function orFunction({ must, accepts }: Rule): Rule {
  return { must: `${must} or a function`, accepts: (value) => typeof value === 'function' || accepts(value) };
}

function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  return (
    typeof value === 'object' && value !== null && names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
  );
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

function isBudget(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { hops, age, ...unknown } = value as { hops?: unknown; age?: unknown };
  return Object.keys(unknown).length === 0 && [hops, age].every((limit) => limit === undefined || (typeof limit === 'number' && limit > 0));
}

/** A value in an error text, short and never a throw. */
function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? 'another object' : String(value);
}
