import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { NodeSDKConfiguration } from '@opentelemetry/sdk-node';

/** Options of {@link startTracing}. What is not given comes from OpenTelemetry's own environment variables. */
export interface StartTracingOptions {
  /**
   * `service.name` of all telemetry.
   * @default OTEL_SERVICE_NAME, or `service.name` in OTEL_RESOURCE_ATTRIBUTES, or the SDK's `unknown_service:node`
   */
  readonly serviceName?: string;
  /**
   * `service.version` of all telemetry.
   * @default `service.version` in OTEL_RESOURCE_ATTRIBUTES
   */
  readonly serviceVersion?: string;
  /**
   * Where spans go, in place of what the environment says.
   * @default OTEL_TRACES_EXPORTER: OTLP, batched
   */
  readonly spanProcessors?: readonly NonNullable<NodeSDKConfiguration['spanProcessors']>[number][];
  /**
   * Where metrics go, in place of what the environment says.
   * @default OTEL_METRICS_EXPORTER: OTLP, each minute
   */
  readonly metricReaders?: readonly NonNullable<NodeSDKConfiguration['metricReaders']>[number][];
  /**
   * What is instrumented, in place of the default.
   * @default `defaultInstrumentations()`: http, undici, pg and pino
   */
  readonly instrumentations?: readonly Instrumentation[];
  /**
   * Which traces are kept.
   * @default OTEL_TRACES_SAMPLER: the parent's decision, every root
   */
  readonly sampler?: NodeSDKConfiguration['sampler'];
  /**
   * Lets a span without a parent take the sampling decision of what it links to, see {@link followLinks}.
   * @default false
   */
  readonly followLinks?: boolean;
  /**
   * The longest that a flush or the shutdown may take, in milliseconds.
   * @default 5_000
   */
  readonly shutdownTimeout?: number;
  /**
   * Delivers what is held back on SIGTERM, SIGINT and at the end of the event loop, without changing how the process ends.
   * @default false
   */
  readonly flushOnExit?: boolean;
}

/** @throws {SdkError} `invalid_option` */
export function checkOptions({ serviceName, shutdownTimeout }: StartTracingOptions): void {
  if (serviceName?.trim() === '') throw new SdkError('invalid_option', 'serviceName is empty');
  if (shutdownTimeout !== undefined) checkTimeout('shutdownTimeout', shutdownTimeout);
}

/** @throws {SdkError} `invalid_option` unless it is a number of milliseconds that a timer can count */
export function checkTimeout(name: string, milliseconds: number): void {
  if (milliseconds >= 0 && milliseconds <= 0x7fff_ffff) return;
  throw new SdkError('invalid_option', `${name} must be between 0 and 2147483647 milliseconds, not ${milliseconds}`);
}

/**
 * What was wrong, as a closed list:
 * - `already_started`: an OpenTelemetry SDK is registered in this process, by this package or by something else
 * - `invalid_option`: an option has a value that cannot be meant
 */
export type SdkErrorCode = 'already_started' | 'invalid_option';

/** The one error that this package throws; the code stands in front of the message. */
export class SdkError extends Error {
  override readonly name = 'SdkError';
  readonly code: SdkErrorCode;

  constructor(code: SdkErrorCode, message: string) {
    super(`[${code}] ${message}`);
    this.code = code;
  }
}
