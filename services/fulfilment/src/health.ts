import type { Subscription } from '@tracelink/kafka/subscribe';

/** What `GET /health` says of the subscription. */
export type SubscriptionState = Omit<ReturnType<Subscription['health']>, 'error' | 'outage' | 'stopped'> & {
  /** Whether the process is of use: an outage is nobody's to mend here, and over by itself. */
  readonly ready: boolean;
  readonly outage: object | undefined;
  readonly stopped: readonly object[];
};

/** The health of the subscription with errors as text; not ready before there is one. */
export function healthOf(subscription: Pick<Subscription, 'health'> | undefined): SubscriptionState | { readonly ready: false } {
  if (subscription === undefined) return { ready: false };
  const { error: _, outage, stopped, ...health } = subscription.health();
  const runs = health.state === 'running' || health.state === 'paused';
  return {
    ready: runs && health.stuck.length === 0 && stopped.length === 0,
    ...health,
    outage: outage && { ...outage, error: String(outage.error) },
    stopped: stopped.map((partition) => ({ ...partition, error: String(partition.error) })),
  };
}
