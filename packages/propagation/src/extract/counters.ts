import { type Counter, type MeterProvider, ValueType, metrics } from '@opentelemetry/api';
import { guard } from '../headers/guard.ts';
import type { TraceHeaders } from '../headers/trace-headers.ts';

interface Counters {
  readonly broken: Counter;
  readonly conflicts: Counter;
  readonly malformed: Counter;
}

let provider: MeterProvider | undefined;
let counters: Counters | undefined;

// The metrics API has no proxy: counters made before an SDK is registered count nowhere for ever. So they follow the provider.
function current(): Counters {
  const now = metrics.getMeterProvider();
  if (counters !== undefined && now === provider) return counters;
  const meter = now.getMeter('@tracelink/propagation');
  provider = now;
  counters = {
    broken: meter.createCounter('tracelink.propagation.broken', {
      description: 'Received messages whose trace ended at other software on their way.',
      unit: '{message}',
      valueType: ValueType.INT,
    }),
    conflicts: meter.createCounter('tracelink.propagation.conflicts', {
      description: 'Trace contexts in message headers that disagree with the preferred format.',
      unit: '{conflict}',
      valueType: ValueType.INT,
    }),
    malformed: meter.createCounter('tracelink.propagation.malformed', {
      description: 'Trace headers of received messages that could not be read.',
      unit: '{header}',
      valueType: ValueType.INT,
    }),
  };
  return counters;
}

/** Counts a trace that a hop broke. */
export function countBroken(): void {
  guard('recording metrics', () => current().broken.add(1));
}

/** Counts contexts that disagree. */
export function countConflicts(count: number): void {
  guard('recording metrics', () => current().conflicts.add(count));
}

/** Counts headers that turned out to be unreadable since the last call. Only known names become an attribute: senders choose all others. */
export function countMalformed(headers: TraceHeaders): void {
  const names = headers.takeMalformed();
  if (names !== undefined) guard('recording metrics', () => addMalformed(names));
}

function addMalformed(names: readonly string[]): void {
  for (const name of names) current().malformed.add(1, { 'tracelink.header': name });
}
