import type { Histogram } from '@opentelemetry/api';
import { Metric } from '../metric.ts';
import { perProvider, type ForProvider } from '../per-provider.ts';

/** Seconds from `add` to the broker's answer. */
export const outboxWait: ForProvider<Histogram> = perProvider((meter) => meter.createHistogram(Metric.outboxWait.name, Metric.outboxWait));
