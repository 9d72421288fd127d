import { Metric } from '../metric.ts';
import { perProvider } from '../per-provider.ts';

/** Counts messages that were done before. */
export const repeatedMessages = perProvider((meter) => meter.createCounter(Metric.repeated.name, Metric.repeated));
