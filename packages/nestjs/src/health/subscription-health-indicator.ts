import { Inject, Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import type { SubscriptionHealth } from '@tracelink/kafka/subscribe';
import { SubscribeStrategy } from '../subscribe/subscribe-strategy.ts';

/** What a health check says of a consumer group. */
export interface GroupHealthReport {
  readonly state: SubscriptionHealth['state'];
  /** Handlers that run for longer than `stuckAfter`. */
  readonly stuck: number;
  /** Blocked partitions, as `topic/partition`, with the reason. */
  readonly blocked: Readonly<Record<string, string>>;
  readonly isCircuitOpen: boolean;
  readonly inFlight: number;
}

/**
 * The health of a strategy as an indicator of `@nestjs/terminus`: `down` while a subscription does not run, a partition is blocked, a handler
 * is stuck or a circuit breaker is open. Its report has no key, value or error text of a message.
 *
 * ```ts
 * @Module({ imports: [TerminusModule], providers: [SubscriptionHealthIndicator] })
 * // in a controller
 * this.health.check([() => this.subscriptions.isHealthy('kafka')]);
 * ```
 */
export class SubscriptionHealthIndicator {
  readonly #service: HealthIndicatorService;
  readonly #strategy: SubscribeStrategy;

  /** Called by Nest; by hand for a strategy that `TracelinkModule` did not make. */
  constructor(service: HealthIndicatorService, strategy: SubscribeStrategy) {
    this.#service = service;
    this.#strategy = strategy;
  }

  /** Returns the result for `HealthCheckService.check`, under `key`; with a report of each group by its id. */
  isHealthy<K extends string>(key: K): HealthIndicatorResult<K> {
    const { ok, groups } = this.#strategy.health();
    const reports = Object.fromEntries(Object.entries(groups).map(([groupId, health]) => [groupId, report(health)]));
    const session = this.#service.check(key);
    return ok ? session.up({ groups: reports }) : session.down({ groups: reports });
  }
}

Injectable()(SubscriptionHealthIndicator);
Inject(HealthIndicatorService)(SubscriptionHealthIndicator, undefined, 0);
Inject(SubscribeStrategy)(SubscriptionHealthIndicator, undefined, 1);

function report({ state, stuck, blocked, circuitOpen, inFlight }: SubscriptionHealth): GroupHealthReport {
  return {
    state,
    stuck: stuck.length,
    blocked: Object.fromEntries(blocked.map(({ topic, partition, reason }) => [`${topic}/${partition}`, reason])),
    isCircuitOpen: circuitOpen !== undefined,
    inFlight,
  };
}
