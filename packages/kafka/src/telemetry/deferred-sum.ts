import type { Attributes, Counter, Meter } from '@opentelemetry/api';
import { Metric } from './metric.ts';

/** The common part of a counter and an up-down counter. */
export type Sum = Pick<Counter, 'add'>;

// The most attribute sets that are kept until metrics are collected: ever new names would take ever more memory.
const mostPending = 1_000;

const byMeter = new WeakMap<Meter, DeferredSum[]>();

/**
 * `sum`, added to only when metrics are collected: until then increments are kept here, by attributes. OpenTelemetry's SDK looks at
 * every attribute in each `add`, 0.6 µs with two and 1.5 µs with seven, which is more than the rest of a message costs; this costs a
 * comparison. Not an observable counter: when a view merges two series, the SDK keeps the last value instead of the sum.
 *
 * The SDK runs its callbacks before it collects. Exemplars of sums are lost by this, those of histograms are not.
 */
export function deferredSum(meter: Meter, sum: Sum): Sum {
  const deferred = new DeferredSum(sum);
  let all = byMeter.get(meter);
  if (all === undefined) {
    byMeter.set(meter, (all = []));
    const ofMeter = all;
    // A callback needs an observable instrument; this one observes nothing, so it exports nothing.
    meter.createObservableGauge(Metric.lag.name, Metric.lag).addCallback(() => ofMeter.forEach((each) => each.flush()));
  }
  all.push(deferred);
  return deferred;
}

interface Pending {
  value: number;
  /** Increments since the last collection: a sum of 0 is exported, too. */
  isUsed: boolean;
}

class DeferredSum implements Sum {
  readonly #sum: Sum;
  readonly #pending = new Map<Readonly<Attributes>, Pending>();
  #lastAttributes: Readonly<Attributes> | undefined;
  #last: Pending | undefined;

  constructor(sum: Sum) {
    this.#sum = sum;
  }

  /** @param attributes must not change from now on; frequent callers pass the same object */
  add(value: number, attributes: Readonly<Attributes>): void {
    if (attributes === this.#lastAttributes && this.#last !== undefined) this.#last.value += value;
    else this.#addTo(attributes, value);
  }

  flush(): void {
    for (const [attributes, pending] of this.#pending) {
      const { value, isUsed } = pending;
      pending.value = 0;
      pending.isUsed = false;
      if (isUsed) this.#sum.add(value, attributes);
      // The attributes may never be used again.
      else this.#pending.delete(attributes);
    }
    this.#last = undefined;
  }

  #addTo(attributes: Readonly<Attributes>, value: number): void {
    let pending = this.#pending.get(attributes);
    if (pending === undefined) {
      if (this.#pending.size >= mostPending) return this.#sum.add(value, attributes);
      this.#pending.set(attributes, (pending = { value: 0, isUsed: true }));
    }
    pending.value += value;
    pending.isUsed = true;
    this.#lastAttributes = attributes;
    this.#last = pending;
  }
}
