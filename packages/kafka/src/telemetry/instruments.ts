import type { Counter, Histogram } from '@opentelemetry/api';
import { Metric } from './metric.ts';
import { perProvider, type ForProvider } from './per-provider.ts';

/** The four metrics of the semantic conventions for messaging. */
export interface Instruments {
  /** Seconds that a send or commit took; never processing. */
  readonly operationDuration: Histogram;
  /** Seconds that a handler took. */
  readonly processDuration: Histogram;
  /** Messages that a send was tried for, failed ones with `error.type`. */
  readonly sentMessages: Counter;
  /** Messages handed to a handler, once a delivery. */
  readonly consumedMessages: Counter;
}

export const instruments: ForProvider<Instruments> = perProvider((meter) => ({
  operationDuration: meter.createHistogram(Metric.operationDuration.name, Metric.operationDuration),
  processDuration: meter.createHistogram(Metric.processDuration.name, Metric.processDuration),
  sentMessages: meter.createCounter(Metric.sentMessages.name, Metric.sentMessages),
  consumedMessages: meter.createCounter(Metric.consumedMessages.name, Metric.consumedMessages),
}));
