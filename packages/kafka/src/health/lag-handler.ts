import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { hasMethods } from '../core/option-rules.ts';
import type { Subscription } from '../subscribe/subscription.ts';
import { answering, type HealthHandler } from './answer.ts';

/** What a lag handler answers. */
export interface LagReport {
  /** The sum over all partitions. */
  readonly lag: number;
  readonly partitions: readonly PartitionLagReport[];
}

/** The lag of a group in one partition. */
export interface PartitionLagReport {
  readonly topic: string;
  readonly partition: number;
  /** Offsets from the group's commit to the partition's end. */
  readonly lag: number;
}

/**
 * Returns a handler that answers the lag of a subscription's group, with all its members, as a {@link LagReport}. Each answer asks the
 * brokers; requests that come meanwhile share it. 503 with `{ error }`, its type, where the brokers do not answer, and once the
 * subscription drains.
 *
 * It fits node:http, Express and Fastify, with the same methods and headers as `healthHandler`.
 *
 * @throws {KafkaTracingError} `invalid_option`, at once; the handler itself never throws
 */
export function lagHandler(subscription: Pick<Subscription, 'lag'>): HealthHandler {
  if (!hasMethods(subscription, 'lag'))
    throw new KafkaTracingError('invalid_option', 'lagHandler takes a subscription: what subscribe() returns.');
  let asked: Promise<LagReport> | undefined;
  return answering(async () => {
    asked ??= reportOf(subscription).finally(() => (asked = undefined));
    return { status: 200, body: await asked };
  });
}

async function reportOf(subscription: Pick<Subscription, 'lag'>): Promise<LagReport> {
  const partitions = (await subscription.lag()).map(({ topic, partition, lag }) => ({ topic, partition, lag: Number(lag) }));
  return { lag: partitions.reduce((sum, { lag }) => sum + lag, 0), partitions };
}
