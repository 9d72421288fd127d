import { Metric } from '../metric.ts';
import { perProvider } from '../per-provider.ts';

/** Seconds from `add` to the broker's answer. */
export const outboxWait = perProvider((meter) => meter.createHistogram(Metric.outboxWait.name, Metric.outboxWait));
