export { SubscriptionHealthIndicator } from './health/subscription-health-indicator.ts';
export type { GroupHealthReport } from './health/subscription-health-indicator.ts';
