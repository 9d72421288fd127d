export { healthHandler } from './health-handler.ts';
export { lagHandler } from './lag-handler.ts';
export type { HealthHandler } from './answer.ts';
export type { HealthReport, SubscriptionReport } from './health-handler.ts';
export type { LagReport, PartitionLagReport } from './lag-handler.ts';
