import { type Context, createContextKey } from '@opentelemetry/api';

// `createContextKey` is `Symbol.for`: this is the key of OpenTelemetry's own B3 propagator, found without importing it.
const key = createContextKey('OpenTelemetry Context Key B3 Debug Flag');

/** Whether OpenTelemetry's B3 propagator found the debug flag, for instance in an HTTP request that led here. */
export function hasB3Debug(context: Context): boolean {
  const value = context.getValue(key);
  return value === 'd' || value === '1';
}

/** Sets the flag where OpenTelemetry's B3 propagator looks, so that an HTTP request made by a handler carries it too. */
export function withB3Debug(context: Context): Context {
  return context.setValue(key, 'd');
}
