import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { NodeSDKConfiguration } from '@opentelemetry/sdk-node';
import {
  BrandedError,
  checkOption,
  checkOptions,
  milliseconds,
  oneOf,
  text,
  type OptionError,
  type Rule,
  type Rules,
} from '@tracelink/context/internal';

/** Options of {@link startTracing}. What is not given comes from OpenTelemetry's own environment variables. */
export interface StartTracingOptions {
  /**
   * `service.name` of all telemetry, whatever the environment says.
   * @default OTEL_SERVICE_NAME, or `service.name` in OTEL_RESOURCE_ATTRIBUTES, or the SDK's `unknown_service:node`
   */
  readonly serviceName?: string;
  /**
   * `service.version` of all telemetry, whatever the environment says.
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

const error: OptionError = (code, message) => new SdkError(code, message);
const aList: Rule = { must: 'a list', accepts: Array.isArray };

const rules: Rules<StartTracingOptions> = {
  serviceName: { must: 'a string that is not blank', accepts: (value) => typeof value === 'string' && value.trim() !== '' },
  serviceVersion: text,
  spanProcessors: aList,
  metricReaders: aList,
  instrumentations: aList,
  sampler: { must: 'a Sampler', accepts: (value) => typeof (value as { shouldSample?: unknown } | null)?.shouldSample === 'function' },
  followLinks: oneOf(true, false),
  shutdownTimeout: milliseconds(0),
  flushOnExit: oneOf(true, false),
};

/** @throws {SdkError} `unknown_option` or `invalid_option`, with a text that says what to write instead */
export function checkStartOptions(options: StartTracingOptions): void {
  checkOptions('startTracing', options, rules, error);
}

/** @throws {SdkError} `invalid_option` unless it is a number of milliseconds that a timer can count */
export function checkTimeout(timeout: number): void {
  checkOption('"timeout"', timeout, milliseconds(0), error);
}

/**
 * What was wrong, as a closed list:
 * - `already_started`: an OpenTelemetry SDK is registered in this process, by this package or by something else
 * - `unknown_option`: an option that does not exist, most often a misspelt one
 * - `invalid_option`: an option has a value that cannot be meant
 */
export type SdkErrorCode = 'already_started' | 'unknown_option' | 'invalid_option';

/** The one error that this package throws; the code stands in front of the message. */
export class SdkError extends BrandedError<SdkErrorCode> {
  protected static override readonly brand: symbol = Symbol.for('@tracelink/sdk.SdkError');
  override readonly name = 'SdkError';
}
