import type { Histogram } from '@opentelemetry/api';
import { Metric } from '../telemetry/metric.ts';
import { perProvider, type ForProvider } from '../telemetry/per-provider.ts';

/** Seconds from `add` to the broker's answer. */
export const outboxWait: ForProvider<Histogram> = perProvider((meter) => meter.createHistogram(Metric.outboxWait.name, Metric.outboxWait));
