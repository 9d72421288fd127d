import type { Subscription } from '@tracelink/kafka/subscribe';

/** The answer of `GET /health`. */
export type SubscriptionState = Omit<ReturnType<Subscription['health']>, 'error' | 'circuitOpen' | 'blocked'> & {
  /** Whether the process is useful: an open circuit cannot be fixed here, and closes by itself. */
  readonly ready: boolean;
  readonly circuitOpen: object | undefined;
  readonly blocked: readonly object[];
};

/** The health of the subscription with errors as text; not ready before there is one. */
export function healthOf(subscription: Pick<Subscription, 'health'> | undefined): SubscriptionState | { readonly ready: false } {
  if (subscription === undefined) return { ready: false };
  const { error: _, circuitOpen, blocked, ...health } = subscription.health();
  const runs = health.state === 'running' || health.state === 'paused';
  return {
    ready: runs && health.stuck.length === 0 && blocked.length === 0,
    ...health,
    circuitOpen: circuitOpen && { ...circuitOpen, error: String(circuitOpen.error) },
    blocked: blocked.map((partition) => ({ ...partition, error: String(partition.error) })),
  };
}
