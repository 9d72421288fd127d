import type { Counter } from '@opentelemetry/api';
import { Metric } from '../metric.ts';
import { perProvider, type ForProvider } from '../per-provider.ts';

/** Counts messages that were done before. */
export const repeatedMessages: ForProvider<Counter> = perProvider((meter) => meter.createCounter(Metric.repeated.name, Metric.repeated));
