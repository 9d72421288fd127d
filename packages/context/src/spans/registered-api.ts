import { trace, type TextMapPropagator, type TracerProvider } from '@opentelemetry/api';

/** What is registered with OpenTelemetry's API, and which version of it registered the first of that. */
export interface RegisteredApi {
  readonly version: string;
  readonly trace?: TracerProvider;
  readonly propagation?: TextMapPropagator;
}

// All copies and versions 1.x of `@opentelemetry/api` in a process keep one object here, by which they find each other.
const registry = Symbol.for('opentelemetry.js.api.1');

/** @returns `undefined` while nothing is registered */
export function registeredApi(): RegisteredApi | undefined {
  return (globalThis as { [registry]?: RegisteredApi })[registry];
}

/**
 * The version of `@opentelemetry/api` with which a tracer provider was registered that our copy does not see, as ours is of a later minor
 * version. Nothing can be registered beside it, and the API says so only to a logger that it does not see either.
 */
export function unseenApiVersion(): string | undefined {
  const registered = registeredApi();
  if (registered?.trace === undefined || registered.trace === trace.getTracerProvider()) return undefined;
  return registered.version;
}
