import { metrics, ValueType, type Histogram, type MeterProvider, type UpDownCounter } from '@opentelemetry/api';
import { guard } from '../errors/diagnostics.ts';
import { Attr, scope } from '../spans/semconv.ts';
import type { TaskOutcome } from './background-task.ts';

// Seconds. Detached work is of every length: from a cache entry to an export.
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

interface Instruments {
  readonly running: UpDownCounter;
  readonly queued: UpDownCounter;
  readonly duration: Histogram;
}

const made = new WeakMap<MeterProvider, Instruments>();

/** Counts one more (1) or one less (-1) task that runs or waits for its turn. */
export function countTask(place: 'running' | 'queued', name: string, change: 1 | -1): void {
  guard('recording metrics', () => instruments()[place].add(change, { [Attr.TASK_NAME]: name }));
}

/** Records how long a task took from the call of `run` to its end, in milliseconds, as its span does. */
export function recordTask(name: string, outcome: TaskOutcome, milliseconds: number): void {
  guard('recording metrics', () =>
    instruments().duration.record(milliseconds / 1000, { [Attr.TASK_NAME]: name, [Attr.TASK_OUTCOME]: outcome }),
  );
}

// Asked for each time: the metrics API, unlike the trace API, has no proxy that would follow a provider registered later.
function instruments(): Instruments {
  const provider = metrics.getMeterProvider();
  let existing = made.get(provider);
  if (existing === undefined) made.set(provider, (existing = make(provider)));
  return existing;
}

function make(provider: MeterProvider): Instruments {
  const meter = provider.getMeter(scope.name, scope.version);
  const tasks = { unit: '{task}', valueType: ValueType.INT };
  return {
    running: meter.createUpDownCounter('tracelink.tasks.running', { ...tasks, description: 'Background tasks that are in flight.' }),
    queued: meter.createUpDownCounter('tracelink.tasks.queued', { ...tasks, description: 'Background tasks that wait for their turn.' }),
    duration: meter.createHistogram('tracelink.task.duration', {
      unit: 's',
      description: 'Time from the start of a background task by its caller to its end.',
      advice: { explicitBucketBoundaries: durationBuckets },
    }),
  };
}
