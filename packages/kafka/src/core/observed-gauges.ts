import {
  type MetricOptions,
  metrics,
  type Attributes,
  type BatchObservableResult,
  type Meter,
  type MeterProvider,
  type ObservableGauge,
} from '@opentelemetry/api';
import { guard } from './guard.ts';
import { scope } from './version.ts';

/** A value of a series. */
export interface Observation<K extends string> {
  readonly metric: K;
  readonly value: number;
  readonly attributes: Attributes;
}

/** The values of all series now, by what names a series. */
export type Observe<K extends string> = () => Iterable<readonly [series: string, Observation<K>]>;

/** What the gauges belong to. */
interface Measured {
  readonly options: { readonly meterProvider?: MeterProvider };
}

type GaugeDefinitions<K extends string> = Readonly<Record<K, MetricOptions & { readonly name: string }>>;

/**
 * Gauges that are observed when metrics are collected. A series that is observed no more is 0 once. The metrics API has no proxy that would
 * follow a provider registered later: {@link follow} asks for the current one.
 */
export class ObservedGauges<K extends string> {
  readonly #owner: Measured;
  readonly #definitions: GaugeDefinitions<K>;
  readonly #values: Observe<K>;
  #provider: MeterProvider | undefined;
  /** Of the last collection, by series. */
  #before: ReadonlyMap<string, Observation<K>> = new Map();
  #remove: () => void = () => {};
  #isStopped = false;

  constructor(owner: Measured, definitions: GaugeDefinitions<K>, values: Observe<K>) {
    this.#owner = owner;
    this.#definitions = definitions;
    this.#values = values;
    this.follow();
  }

  /** Reports to the provider that is registered now, and to no other. */
  follow(): void {
    const provider = this.#owner.options.meterProvider ?? metrics.getMeterProvider();
    if (provider === this.#provider || this.#isStopped) return;
    this.#provider = provider;
    guard('observing metrics', () => this.#register(provider.getMeter(scope.name, scope.version)), this.#owner);
  }

  /** All series are 0 at the next collection, which is the last. */
  stop(): void {
    this.#isStopped = true;
  }

  #register(meter: Meter): void {
    this.#remove();
    this.#before = new Map();
    const gauges = new Map<K, ObservableGauge>();
    for (const metric of Object.keys(this.#definitions) as K[])
      gauges.set(metric, meter.createObservableGauge(this.#definitions[metric].name, this.#definitions[metric]));
    const all = [...gauges.values()];
    const observe = (result: BatchObservableResult): void => {
      guard('observing metrics', () => this.#report(result, gauges), this.#owner);
      // Not at once: the meter goes through its callbacks.
      if (this.#isStopped) queueMicrotask(this.#remove);
    };
    meter.addBatchObservableCallback(observe, all);
    this.#remove = () => meter.removeBatchObservableCallback(observe, all);
  }

  /** OpenTelemetry's SDK (sdk-metrics 3.1) exports the last value of a series that is observed no more, for ever: its last one is 0. */
  #report(result: BatchObservableResult, gauges: ReadonlyMap<K, ObservableGauge>): void {
    const observe = ({ metric, attributes }: Observation<K>, value: number): void =>
      result.observe(gauges.get(metric) as ObservableGauge, value, attributes);
    const now = new Map(this.#isStopped ? [] : this.#values());
    for (const series of now.values()) observe(series, series.value);
    for (const [key, series] of this.#before) if (!now.has(key)) observe(series, 0);
    this.#before = now;
  }
}
