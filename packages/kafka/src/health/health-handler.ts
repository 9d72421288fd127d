import { errorType } from '../core/error-type.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import { hasMethods } from '../core/option-rules.ts';
import type { InFlightMessage } from '../subscribe/attempt/attempt.ts';
import type { SubscriptionHealth } from '../subscribe/health.ts';
import type { Subscription } from '../subscribe/subscription.ts';
import { answering, type HealthHandler } from './answer.ts';

/** What a health handler answers. */
export interface HealthReport {
  /** Whether all subscriptions are ok: the answer then has the status 200, else 503. */
  readonly ok: boolean;
  /** In the order in which the handler was given them. */
  readonly subscriptions: readonly SubscriptionReport[];
}

/**
 * The state of a subscription as JSON, without what may be personal data: no message key, and of errors the type alone, as spans and metrics
 * name it. Logs and spans have the rest.
 */
export interface SubscriptionReport extends Pick<SubscriptionHealth, 'ok' | 'state' | 'inFlight' | 'delayed'> {
  readonly stuck: readonly Omit<InFlightMessage, 'key'>[];
  readonly blocked: readonly (Omit<SubscriptionHealth['blocked'][number], 'error'> & { readonly error: string })[];
  /** `null`: the circuit breaker is closed, or there is none. */
  readonly circuitOpen: (Omit<NonNullable<SubscriptionHealth['circuitOpen']>, 'error'> & { readonly error: string }) | null;
  /** `null` unless the state is `crashed`. */
  readonly error: string | null;
}

/**
 * Returns a handler that answers whether subscriptions are healthy, as a {@link HealthReport}: 200 while `health().ok` holds for all of
 * them, else 503. It answers at once, without a request to a broker.
 *
 * It fits node:http, Express and Fastify: `app.all('/health', healthHandler(subscription))`. HEAD gets the same without a body, every other
 * method 405. Answers are `cache-control: no-store`.
 *
 * @param subscriptions at least one: what `subscribe` returned
 * @throws {KafkaTracingError} `invalid_option`, at once; the handler itself never throws
 */
export function healthHandler(...subscriptions: readonly Pick<Subscription, 'health'>[]): HealthHandler {
  if (subscriptions.length === 0 || !subscriptions.every((subscription) => hasMethods(subscription, 'health')))
    throw new KafkaTracingError('invalid_option', 'healthHandler takes subscriptions, at least one: what subscribe() returns.');
  return answering(() => {
    const reports = subscriptions.map((subscription) => reportOf(subscription.health()));
    const body: HealthReport = { ok: reports.every(({ ok }) => ok), subscriptions: reports };
    return { status: body.ok ? 200 : 503, body };
  });
}

function reportOf({ ok, state, inFlight, delayed, stuck, blocked, circuitOpen, error }: SubscriptionHealth): SubscriptionReport {
  return {
    ok,
    state,
    inFlight,
    stuck: stuck.map(({ key: _key, ...message }) => message),
    blocked: blocked.map((partition) => ({ ...partition, error: errorType(partition.error) })),
    delayed,
    circuitOpen: circuitOpen === undefined ? null : { ...circuitOpen, error: errorType(circuitOpen.error) },
    error: state === 'crashed' ? errorType(error) : null,
  };
}
