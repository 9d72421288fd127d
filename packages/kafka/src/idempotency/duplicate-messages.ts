import type { Counter } from '@opentelemetry/api';
import { Metric } from '../telemetry/metric.ts';
import { perProvider, type ForProvider } from '../telemetry/per-provider.ts';

/** Counts messages that were done before. */
export const duplicateMessages: ForProvider<Counter> = perProvider((meter) =>
  meter.createCounter(Metric.duplicates.name, Metric.duplicates),
);
