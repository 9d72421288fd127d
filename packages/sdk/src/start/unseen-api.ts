import { trace } from '@opentelemetry/api';

/** Where every copy of version 1 of OpenTelemetry's API keeps what is registered, and which version registered it. */
interface Registered {
  readonly version: string;
  readonly trace?: unknown;
}

const place = Symbol.for('opentelemetry.js.api.1');

/**
 * The version of `@opentelemetry/api` with which another SDK registered a tracer provider that our copy does not see, as it is of a later
 * minor version: nothing can be registered beside it, and the API says so only to a logger that it does not see either.
 */
export function unseenApiVersion(): string | undefined {
  const registered = (globalThis as Record<symbol, Registered | undefined>)[place];
  if (registered?.trace === undefined || registered.trace === trace.getTracerProvider()) return undefined;
  return registered.version;
}
