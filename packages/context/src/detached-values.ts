import type { Context } from '@opentelemetry/api';

/** All detached values of a context, under one key: so they are copied in one step, and no list of them grows anywhere. */
type DetachedValues = ReadonlyMap<symbol, unknown>;

// Registered, so that two copies of this package in one process copy each other's values.
const detachedValues = Symbol.for('@tracelink/context.detachedValues.1');

const none: DetachedValues = new Map();

/** The detached value of a key, `undefined` where none was set. */
export function getDetached(context: Context, key: symbol): unknown {
  return valuesOf(context).get(key);
}

/** A new context with the detached value of a key. */
export function setDetached(context: Context, key: symbol, value: unknown): Context {
  return context.setValue(detachedValues, new Map(valuesOf(context)).set(key, value));
}

/** `to` with the detached values of `from`; `to` itself when there are none. */
export function copyDetached(from: Context, to: Context): Context {
  const values = valuesOf(from);
  return values === none ? to : to.setValue(detachedValues, values);
}

function valuesOf(context: Context): DetachedValues {
  return (context.getValue(detachedValues) as DetachedValues | undefined) ?? none;
}
