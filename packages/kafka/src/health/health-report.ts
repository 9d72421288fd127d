import { errorType } from '../core/error-type.ts';
import type { SubscriptionHealth } from '../subscribe/health.ts';
import type { InFlightMessage } from '../subscribe/attempt/attempt.ts';

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

/** The report of subscriptions that answer `health()`. */
export function healthReport(subscriptions: readonly { health(): SubscriptionHealth }[]): HealthReport {
  const reports = subscriptions.map((subscription) => reportOf(subscription.health()));
  return { ok: reports.every(({ ok }) => ok), subscriptions: reports };
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
