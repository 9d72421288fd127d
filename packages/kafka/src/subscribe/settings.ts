import { checkConsumerOptions, checkProducerOptions } from '../telemetry/check-options.ts';
import { errorTextFromEnvironment } from '../core/environment.ts';
import {
  aFunction,
  aLog,
  anObject,
  aShare,
  checkOptions,
  givenOptions,
  hasMethods,
  milliseconds,
  oneOf,
  orFunction,
  requireOptions,
  someTexts,
  text,
  wholeNumber,
  type Rule,
} from '../core/option-rules.ts';
import { checkBackoff, type Backoff } from '../core/backoff.ts';
import type { DeadLetterHeaders } from './dead-letter/failure-destinations.ts';
import type { CircuitOptions, CircuitBreakerOptions } from './failure/circuit-breaker.ts';
import { retryDelay, RetrySchedule, type RetryDelay } from './failure/retry-delays.ts';
import type { ConcurrencyOptions, DrainOptions, RetryOptions, RetryTopicOptions, SubscribeOptions } from './subscribe-options.ts';
import { classifyError } from './failure/failure-policy.ts';

/** The options of a subscription, checked, with their defaults. */
export type Settings<V> = Omit<SubscribeOptions<V>, 'retry' | 'retryTopics' | 'deadLetter' | 'concurrency' | 'drain' | 'circuitBreaker'> &
  Required<Pick<SubscribeOptions<V>, 'classify' | 'stuckAfter' | 'commitInterval' | 'fromBeginning' | 'tracing'>> & {
    readonly retry: Omit<RetryOptions, 'backoff'> & { readonly attempts: number; readonly backoff: Required<Backoff> };
    /** The name of a topic's dead-letter topic; `undefined`: there is none. */
    readonly deadLetterTopic: ((topic: string) => string) | undefined;
    readonly deadLetterHeaders: DeadLetterHeaders;
    /** Whether records of failed messages have the text of the error. */
    readonly hasErrorText: boolean;
    /** When retries are scheduled; `undefined`: never. */
    readonly retrySchedule: RetrySchedule | undefined;
    /** The topics of the delays; none where the ordering is strict. */
    readonly retryTopics: readonly { readonly delay: RetryDelay; readonly nameOf: (topic: string) => string }[];
    readonly circuitBreaker: CircuitOptions | undefined;
    readonly concurrency: Required<ConcurrencyOptions>;
    readonly drain: Required<DrainOptions>;
  };

const rules: Readonly<Record<keyof SubscribeOptions, Rule>> = {
  groupId: text,
  topics: someTexts('names of topics'),
  handler: aFunction,
  codec: { must: 'an object with decode', accepts: (value) => hasMethods(value, 'decode') },
  fromBeginning: oneOf(true, false),
  retry: anObject,
  classify: aFunction,
  retryTopics: anObject,
  circuitBreaker: anObject,
  deadLetter: { must: 'an object of options, or false', accepts: (value) => value === false || anObject.accepts(value) },
  concurrency: anObject,
  drain: anObject,
  stuckAfter: milliseconds(1),
  commitInterval: milliseconds(1),
  log: aLog,
  tracing: anObject,
  consumer: anObject,
  producer: anObject,
};
const retryRules: Readonly<Record<keyof RetryOptions, Rule>> = {
  attempts: wholeNumber('attempts', 1),
  backoff: anObject,
  attemptTimeout: milliseconds(1),
  deadline: milliseconds(0),
};
const concurrencyRules: Readonly<Record<keyof ConcurrencyOptions, Rule>> = {
  keys: wholeNumber('keys', 1),
  partitions: wholeNumber('partitions', 1),
  unkeyed: oneOf('ordered', 'unordered'),
};
/** The options of `drain`, too. */
export const drainRules: Readonly<Record<keyof DrainOptions, Rule>> = { grace: milliseconds(0), timeout: milliseconds(0) };
const deadLetterRules: Readonly<Record<string, Rule>> = {
  topic: orFunction(text),
  headers: oneOf('tracelink', 'spring'),
  errorText: oneOf(true, false),
};

const retryTopicRules: Readonly<Record<keyof RetryTopicOptions, Rule>> = {
  delays: {
    must: 'a list of delays such as "5s", "1m" or "10m", the shortest first',
    accepts: (value) => Array.isArray(value) && value.length > 0 && isAscending(value.map((name) => retryDelay(name)?.ms ?? 0)),
  },
  maxRetries: wholeNumber('times', 1),
  ordering: oneOf('relaxed', 'strict'),
  topic: aFunction,
};
const circuitBreakerRules: Readonly<Record<keyof CircuitBreakerOptions, Rule>> = {
  failureRate: aShare,
  window: wholeNumber('messages', 1),
  backoff: anObject,
  maxProbes: wholeNumber('probes', 1),
};

/** @throws {KafkaTracingError} `unknown_option` or `invalid_option`, with a text that says what to write instead */
export function settingsOf<V>(options: SubscribeOptions<V>): Settings<V> {
  checkOptions('subscribe', options, rules);
  requireOptions('subscribe', options, rules, 'groupId', 'topics', 'handler');
  const { retry = {}, deadLetter = {}, concurrency = {}, drain = {}, tracing = {}, circuitBreaker } = options;
  checkOptions('retry', retry, retryRules);
  checkBackoff('retry.backoff', retry.backoff ?? {}, 0);
  if (circuitBreaker !== undefined) {
    checkOptions('circuitBreaker', circuitBreaker, circuitBreakerRules);
    checkBackoff('circuitBreaker.backoff', circuitBreaker.backoff ?? {}, 0);
  }
  checkOptions('concurrency', concurrency, concurrencyRules);
  checkOptions('drain', drain, drainRules);
  if (deadLetter !== false) checkOptions('deadLetter', deadLetter, deadLetterRules);
  const { agentContext, ...ofConsumer } = tracing;
  checkConsumerOptions(ofConsumer);
  checkProducerOptions(agentContext === undefined ? {} : { agentContext });
  return {
    ...options,
    topics: [...new Set(options.topics)],
    classify: options.classify ?? classifyError,
    stuckAfter: options.stuckAfter ?? 60_000,
    commitInterval: options.commitInterval ?? 1_000,
    fromBeginning: options.fromBeginning ?? false,
    tracing,
    retry: {
      attempts: 3,
      ...givenOptions(retry),
      backoff: { initial: 100, factor: 2, max: 10_000, jitter: 0.5, ...givenOptions(retry.backoff ?? {}) },
    },
    deadLetterTopic: deadLetter === false ? undefined : topicName(deadLetter.topic, options.groupId),
    deadLetterHeaders: (deadLetter === false ? undefined : deadLetter.headers) ?? 'tracelink',
    hasErrorText: (deadLetter === false ? undefined : deadLetter.errorText) ?? errorTextFromEnvironment() ?? true,
    ...retryLaterOf(options),
    circuitBreaker: circuitBreaker && {
      failureRate: 0.5,
      window: 20,
      maxProbes: 10,
      ...givenOptions(circuitBreaker),
      backoff: { initial: 1_000, factor: 2, max: 60_000, jitter: 0.5, ...givenOptions(circuitBreaker.backoff ?? {}) },
    },
    concurrency: { keys: 1, partitions: 1, unkeyed: 'ordered', ...givenOptions(concurrency) },
    drain: { grace: 5_000, timeout: 15_000, ...givenOptions(drain) },
  };
}

function retryLaterOf<V>({ retryTopics, groupId }: SubscribeOptions<V>): Pick<Settings<V>, 'retrySchedule' | 'retryTopics'> {
  if (retryTopics === undefined) return { retrySchedule: undefined, retryTopics: [] };
  checkOptions('retryTopics', retryTopics, retryTopicRules);
  requireOptions('retryTopics', retryTopics, retryTopicRules, 'delays');
  const { delays: names, ordering = 'relaxed', topic = (source, delay) => `${source}.${groupId}.retry.${delay}` } = retryTopics;
  const delays = names.map((name) => retryDelay(name) as RetryDelay);
  return {
    retrySchedule: new RetrySchedule(delays, retryTopics.maxRetries ?? delays.length),
    retryTopics: ordering === 'strict' ? [] : delays.map((delay) => ({ delay, nameOf: (source) => topic(source, delay.name) })),
  };
}

/** Each longer than the one before, and the first longer than 0. */
function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => number > (numbers[index - 1] ?? 0));
}

function topicName(topic: string | ((topic: string) => string) | undefined, groupId: string): (topic: string) => string {
  if (typeof topic === 'function') return topic;
  return topic === undefined ? (source) => `${source}.${groupId}.dead-letter` : () => topic;
}
