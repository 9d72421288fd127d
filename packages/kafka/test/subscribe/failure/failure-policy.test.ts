import { expect } from 'chai';
import {
  classifyError,
  FailurePolicy,
  type Disposition,
  type FailurePolicyOptions,
  type Verdict,
} from '../../../src/subscribe/failure/failure-policy.ts';
import { RetrySchedule, retryDelay, type RetryDelay } from '../../../src/subscribe/failure/retry-delays.ts';
import { Delivery } from '../../../src/subscribe/partitions/delivery.ts';
import { PartitionLog } from '../../../src/subscribe/partitions/partition-log.ts';

const now = 1_000_000;
const circular = new TypeError('round');
circular.cause = circular;
const delays = ['5s', '1m'].map((name) => retryDelay(name) as RetryDelay);

describe('the failure policy', () => {
  interface Row {
    readonly when: string;
    /** The verdict of `classify`; otherwise the default's. */
    readonly verdict?: Verdict;
    readonly error?: unknown;
    readonly asked?: { readonly verdict: Verdict; readonly delay: number | undefined };
    readonly attempts?: number;
    readonly retries?: number;
    readonly firstSeen?: number;
    readonly circuit?: { readonly isOpen: boolean; readonly holds: boolean };
    readonly options?: Partial<FailurePolicyOptions>;
    readonly becomes: Partial<Disposition> & { readonly kind: string };
  }
  const withTopics = { retrySchedule: new RetrySchedule(delays, 2), hasRetryTopics: true };
  const inPlace = { retrySchedule: new RetrySchedule(delays, 2), hasRetryTopics: false };
  const opening = { isOpen: false, holds: true };
  const open = { isOpen: true, holds: true };
  const spent = { isOpen: true, holds: false };

  const rows: readonly Row[] = [
    { when: 'retries in place after a delay', becomes: { kind: 'retry', delay: 100, isExhausted: false } },
    { when: 'doubles the delay', attempts: 2, becomes: { kind: 'retry', delay: 200 } },
    { when: 'sends to the dead-letter topic after the last attempt', attempts: 3, becomes: { kind: 'dead-letter', isExhausted: true } },
    { when: 'does not retry a programming error', error: new TypeError('no'), becomes: { kind: 'dead-letter', isExhausted: false } },
    {
      when: 'retries a TypeError that another error caused, as fetch throws it',
      error: new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }),
      becomes: { kind: 'retry' },
    },
    {
      when: 'does not retry a TypeError that a programming error caused',
      error: new TypeError('Failed to parse URL', { cause: new TypeError('Invalid URL') }),
      becomes: { kind: 'dead-letter' },
    },
    { when: 'does not retry a TypeError that is its own cause', error: circular, becomes: { kind: 'dead-letter' } },
    { when: 'skips when classify says so', verdict: 'skip', becomes: { kind: 'skip' } },
    { when: 'blocks when classify says so', verdict: 'stop', becomes: { kind: 'block', reason: 'classified' } },
    { when: 'ignores an unknown verdict', verdict: 'whatever' as Verdict, becomes: { kind: 'retry', verdict: 'retry' } },
    {
      when: 'blocks when there is no dead-letter topic',
      attempts: 3,
      options: { hasDeadLetters: false },
      becomes: { kind: 'block', reason: 'no_dead_letters', isExhausted: true },
    },
    {
      when: 'follows the handler’s request over classify',
      verdict: 'retry',
      asked: { verdict: 'dead-letter', delay: undefined },
      becomes: { kind: 'dead-letter', isExhausted: false },
    },
    {
      when: 'makes no attempt after the deadline',
      firstSeen: now - 950,
      options: { retry: { attempts: 9, backoff: { initial: 100, factor: 2, max: 1_000, jitter: 0 }, deadline: 1_000 } },
      becomes: { kind: 'dead-letter' },
    },
    {
      when: 'subtracts a random part of the delay',
      options: { retry: { attempts: 9, backoff: { initial: 100, factor: 2, max: 1_000, jitter: 0.5 } }, random: () => 1 },
      becomes: { kind: 'retry', delay: 50 },
    },
    {
      when: 'schedules a retry through the first retry topic after the last attempt',
      attempts: 3,
      options: withTopics,
      becomes: { kind: 'retry-topic', delay: '5s', due: now + 5_000, isExhausted: true },
    },
    {
      when: 'schedules a second retry through the next retry topic',
      attempts: 4,
      retries: 1,
      options: withTopics,
      becomes: { kind: 'retry-topic', delay: '1m' },
    },
    {
      when: 'sends to the dead-letter topic after the last scheduled retry',
      attempts: 5,
      retries: 2,
      options: withTopics,
      becomes: { kind: 'dead-letter' },
    },
    {
      when: 'schedules a retry at once when classify says so',
      verdict: 'retry-later',
      options: withTopics,
      becomes: { kind: 'retry-topic', delay: '5s' },
    },
    {
      when: 'retries in place when classify says retry-later without retry topics',
      verdict: 'retry-later',
      becomes: { kind: 'retry', verdict: 'retry' },
    },
    {
      when: 'schedules the retry for the time that the handler asked for',
      asked: { verdict: 'retry-later', delay: 7_000 },
      options: withTopics,
      becomes: { kind: 'retry-topic', delay: '1m', due: now + 7_000, isExhausted: false },
    },
    { when: 'waits in place when the ordering is strict', attempts: 3, options: inPlace, becomes: { kind: 'delay', until: now + 5_000 } },
    {
      when: 'waits for the circuit that this failure opens',
      attempts: 3,
      circuit: opening,
      becomes: { kind: 'circuit-open', isExhausted: true },
    },
    {
      when: 'retries in place when attempts are left, though this failure opens the circuit',
      attempts: 2,
      circuit: opening,
      becomes: { kind: 'retry' },
    },
    { when: 'waits for the open circuit without retries', attempts: 1, circuit: open, becomes: { kind: 'circuit-open' } },
    {
      when: 'sends a record whose probes are spent to the dead-letter topic',
      attempts: 1,
      circuit: spent,
      becomes: { kind: 'dead-letter', isExhausted: true },
    },
    {
      when: 'does not wait for the circuit when the handler asked for something',
      attempts: 3,
      circuit: opening,
      asked: { verdict: 'retry-later', delay: 1 },
      options: withTopics,
      becomes: { kind: 'retry-topic', isExhausted: false },
    },
    {
      when: 'sends a message that fails by itself to the dead-letter topic while the circuit is open',
      error: new RangeError('no'),
      circuit: open,
      becomes: { kind: 'dead-letter' },
    },
  ];

  for (const {
    when,
    verdict,
    error = new Error('no'),
    asked,
    attempts = 1,
    retries = 0,
    firstSeen = now,
    circuit,
    options,
    becomes,
  } of rows)
    it(when, () => {
      const message = { key: null, value: null, timestamp: '1', offset: '7', attributes: 0, headers: {} };
      const delivery = Object.assign(new Delivery(new PartitionLog('orders', 2, undefined), message, 0), { attempts, retries, firstSeen });
      // A decision changes nothing.
      Object.freeze(delivery);
      const policy = new FailurePolicy({
        classify: verdict === undefined ? classifyError : () => verdict,
        retry: { attempts: 3, backoff: { initial: 100, factor: 2, max: 1_000, jitter: 0 } },
        retrySchedule: undefined,
        hasRetryTopics: false,
        hasDeadLetters: true,
        now: () => now,
        random: () => 0,
        ...options,
      });
      const disposition = policy.decide(
        delivery,
        asked === undefined ? { error } : { error, asked },
        circuit && { isOpen: circuit.isOpen, holds: () => circuit.holds },
      );
      expect(disposition).to.include(becomes);
    });

  it('passes classify the record’s place and attempt number', () => {
    const asked: unknown[] = [];
    const policy = new FailurePolicy({
      classify: (error, attempt) => (asked.push(error, attempt), 'skip'),
      retry: { attempts: 3, backoff: { initial: 100, factor: 2, max: 1_000, jitter: 0 } },
      retrySchedule: undefined,
      hasRetryTopics: false,
      hasDeadLetters: true,
    });
    const message = { key: null, value: null, timestamp: '1', offset: '7', attributes: 0, headers: {} };
    const delivery = Object.assign(new Delivery(new PartitionLog('orders', 2, undefined), message, 0), { attempts: 2 });
    policy.decide(delivery, { error: 'why' }, undefined);
    expect(asked).to.deep.equal(['why', { topic: 'orders', partition: 2, offset: '7', attempt: 2 }]);
  });
});
