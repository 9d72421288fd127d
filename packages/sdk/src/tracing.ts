import type { FlushReport } from './flush.ts';

/** Options of {@link Tracing.forceFlush} and {@link Tracing.shutdown}. */
export interface FlushOptions {
  /**
   * The longest it may take, in milliseconds.
   * @default the option `shutdownTimeout` of {@link startTracing}
   */
  readonly timeout?: number;
}

/** OpenTelemetry, running in this process. */
export interface Tracing extends AsyncDisposable {
  /** Delivers what is held back and goes on. Never rejects because of the collector. */
  forceFlush(options?: FlushOptions): Promise<FlushReport>;
  /**
   * Delivers what is held back and ends; spans made after it are no-ops. Never rejects because of the collector. Again:
   * the same promise. Afterwards `startTracing` may be called anew.
   */
  shutdown(options?: FlushOptions): Promise<FlushReport>;
}
