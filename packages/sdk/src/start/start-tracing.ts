import { syncBuiltinESMExports } from 'node:module';
import { context, logs, metrics, propagation, trace } from '@opentelemetry/api';
import { getBooleanFromEnv, getStringFromEnv } from '@opentelemetry/core';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { defaultResource, resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { NodeSDK, type NodeSDKConfiguration } from '@opentelemetry/sdk-node';
import { ownApiVersion, unseenApiVersion } from '@tracelink/context/internal';
import { flushOnExit } from '../flush/flush-on-exit.ts';
import { watchExports } from '../flush/exports.ts';
import { flush, telemetryProviders, type FlushReport, type TelemetrySignal } from '../flush/flush.ts';
import { watchDelivery, type DeliveryWatch } from '../flush/undelivered.ts';
import { defaultInstrumentations, serviceNameFromEnv } from '../setup/defaults.ts';
import { mendBuiltins, registerEsmHooks, sayLoadedEarly } from '../setup/patched-modules.ts';
import { propagatorFromEnv } from '../setup/propagators.ts';
import { followLinks, samplerFromEnv } from '../setup/samplers.ts';
import { checkStartOptions, checkTimeout, SdkError, type StartTracingOptions } from './start-tracing-options.ts';

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
  /**
   * Delivers what is held back and goes on. Never rejects because of the collector.
   *
   * @throws {SdkError} `invalid_option` for a timeout that no timer can count
   */
  forceFlush(options?: FlushOptions): Promise<FlushReport>;
  /**
   * Delivers what is held back and ends; spans made after it are no-ops. Never rejects because of the collector. Again:
   * the same promise. Afterwards `startTracing` may be called again.
   *
   * @throws {SdkError} `invalid_option` for a timeout that no timer can count
   */
  shutdown(options?: FlushOptions): Promise<FlushReport>;
}

/** For batches: a span of a received batch has a link for every message, and the SDK's own limit is 128. */
const linkCountLimit = 1024;

/**
 * Sets OpenTelemetry up for a service that speaks HTTP, SQL and Kafka: traces, metrics and logs by OTLP as the `OTEL_*`
 * variables say, instrumentation, context through `await`, and trace headers of W3C and B3 (`OTEL_PROPAGATORS` chooses
 * others). It returns at once; nothing waits for the collector and nothing fails without one.
 *
 * What an ES module imports statically is instrumented only when this ran before it was loaded: start the program with
 * `--import @tracelink/sdk/register`, or with `--import` of a module of your own that calls this.
 *
 * @throws {SdkError} `already_started` when an SDK is registered already, also with an earlier version of `@opentelemetry/api`;
 * `unknown_option`, `invalid_option`
 */
export function startTracing(options: StartTracingOptions = {}): Tracing {
  checkStartOptions(options);
  if (telemetryProviders().size > 0) {
    throw new SdkError(
      'already_started',
      'An OpenTelemetry SDK is registered in this process: call startTracing once, or shutdown() before.',
    );
  }
  const version = unseenApiVersion();
  if (version !== undefined) {
    throw new SdkError(
      'already_started',
      `An OpenTelemetry SDK, such as an agent's, is registered in this process with version ${version} of @opentelemetry/api, beside which ` +
        `version ${ownApiVersion()}, which is imported here, can register nothing: call startTracing before it starts, keep it from registering, or ` +
        'install one version for all (npm ls @opentelemetry/api).',
    );
  }
  const { shutdownTimeout = 5_000 } = options;
  const instrumentations = instrumentationsOf(options);
  const watch = watchDeliveryOf(options);
  new NodeSDK(configurationOf(options, instrumentations)).start();

  const providers = telemetryProviders();
  for (const provider of providers.values()) watchExports(provider);
  const onFailure = (signal: TelemetrySignal, error: unknown): void => {
    if (signal === 'traces') watch?.failed(error);
  };
  let ended: Promise<FlushReport> | undefined;
  const end = async (timeout: number): Promise<FlushReport> => {
    removeHandlers?.();
    const report = await flush(providers, 'shutdown', timeout, onFailure);
    watch?.stop();
    for (const instrumentation of instrumentations) instrumentation.disable();
    // What was mended by the start goes back, too.
    syncBuiltinESMExports();
    for (const api of [trace, metrics, logs, propagation, context]) api.disable();
    return report;
  };
  const tracing: Tracing = {
    async forceFlush({ timeout = shutdownTimeout } = {}) {
      checkTimeout(timeout);
      return flush(providers, 'forceFlush', timeout, onFailure);
    },
    async shutdown({ timeout = shutdownTimeout } = {}) {
      checkTimeout(timeout);
      ended ??= end(timeout);
      return ended;
    },
    async [Symbol.asyncDispose]() {
      await tracing.shutdown();
    },
  };
  const removeHandlers = options.flushOnExit === true ? flushOnExit(tracing) : undefined;
  return tracing;
}

/** Processors of the program's own deliver where it says. */
function watchDeliveryOf({ spanProcessors }: StartTracingOptions): DeliveryWatch | undefined {
  return spanProcessors !== undefined || getBooleanFromEnv('OTEL_SDK_DISABLED') ? undefined : watchDelivery();
}

function instrumentationsOf({ instrumentations }: StartTracingOptions): Instrumentation[] {
  // Instrumentations patch as they are made: where the SDK is off, nothing may be.
  if (getBooleanFromEnv('OTEL_SDK_DISABLED')) return [];
  const made = instrumentations === undefined ? defaultInstrumentations() : [...instrumentations];
  registerEsmHooks(made);
  sayLoadedEarly(made);
  mendBuiltins(made);
  return made;
}

function configurationOf(
  { serviceName = serviceNameFromEnv(), serviceVersion, spanProcessors, metricReaders, sampler, followLinks: follow }: StartTracingOptions,
  instrumentations: Instrumentation[],
): Partial<NodeSDKConfiguration> {
  const base = follow === true ? followLinks(sampler ?? samplerFromEnv()) : sampler;
  return {
    instrumentations,
    ...(serviceName === undefined ? {} : { serviceName }),
    ...(serviceVersion === undefined ? {} : { resource: resourceOf(serviceVersion) }),
    ...(spanProcessors === undefined ? {} : { spanProcessors: [...spanProcessors] }),
    ...(metricReaders === undefined ? {} : { metricReaders: [...metricReaders] }),
    ...(base === undefined ? {} : { sampler: base }),
    ...propagatorFromEnv(),
    ...(getStringFromEnv('OTEL_SPAN_LINK_COUNT_LIMIT') === undefined ? { spanLimits: { linkCountLimit } } : {}),
  };
}

/**
 * What code says of the service goes before what the environment says: `NodeSDK` merges OTEL_RESOURCE_ATTRIBUTES over the resource that it is
 * given, and only a `serviceName` over that.
 * Source: OpenTelemetry specification, "Resource SDK", specifying resource information via an environment variable.
 */
function resourceOf(serviceVersion: string): Resource {
  const ours = resourceFromAttributes({ 'service.version': serviceVersion });
  const resource = defaultResource().merge(ours);
  const merge = resource.merge.bind(resource);
  return Object.assign(resource, { merge: (detected: Resource | null) => merge(detected).merge(ours) });
}
