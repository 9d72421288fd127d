import type { SubscribeOptions, Subscription } from '@tracelink/kafka/subscribe';
import { classify } from './handlers.ts';
import type { Setup } from '../plan/plan.ts';
import { group, retryDelays } from '../plan/topic-names.ts';

/** A partition that does not continue, as the subscription's health reports it. */
export interface BlockedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly reason: string;
}

/** The options of `subscribe` for a set-up, with delays so short that a plan takes about a second. */
export function engineOptions(setup: Setup, topics: readonly string[]): Omit<SubscribeOptions, 'handler'> {
  const { fromBeginning, keys, partitionsAtOnce, attempts, deadLetter, retryTopics, circuitBreaker, commitInterval } = setup;
  return {
    groupId: group,
    topics,
    fromBeginning,
    concurrency: { keys, partitions: partitionsAtOnce },
    classify,
    retry: { attempts, backoff: { initial: 1, max: 20 } },
    ...(!deadLetter && { deadLetter: false }),
    ...(retryTopics !== 'none' && {
      retryTopics: { delays: retryDelays.map((delay) => `${delay}ms`), ordering: retryTopics },
    }),
    ...(circuitBreaker && { circuitBreaker: { window: 4, failureRate: 0.75, backoff: { initial: 5, max: 20 }, maxProbes: 2 } }),
    commitInterval,
    drain: { grace: 30, timeout: 400 },
    consumer: {
      maxWaitTimeInMs: 30,
      // A few records per fetch, so that steps meet fetches, too.
      maxBytesPerPartition: 600,
      sessionTimeout: 6_000,
      rebalanceTimeout: 3_000,
      heartbeatInterval: 30,
      metadataMaxAge: 200,
    },
    producer: { metadataMaxAge: 200, retry: { initialRetryTime: 10, maxRetryTime: 20, retries: 1 } },
  };
}

/** The partitions that a member reports as not continuing. */
export function blockedPartitions(subscription: Subscription): readonly BlockedPartition[] {
  return subscription.health().blocked;
}

/** Listens to a member's reports of dead-letter records and blocked partitions. */
export function listen(
  subscription: Subscription,
  told: {
    readonly deadLetter: (at: Omit<BlockedPartition, 'reason'>) => void;
    readonly blocked: (partition: BlockedPartition) => void;
    readonly crashed: (error: unknown) => void;
  },
): void {
  subscription.on('dead-letter', told.deadLetter);
  subscription.on('blocked', told.blocked);
  subscription.on('crash', told.crashed);
}
