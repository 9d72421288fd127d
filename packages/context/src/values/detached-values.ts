import type { Context } from '@opentelemetry/api';
import { processWide } from '../errors/diagnostics.ts';

/** All detached values of a context, under one key: so they are copied in one step, and no list of them grows anywhere. */
type DetachedValues = ReadonlyMap<symbol, unknown>;

// Registered, so that two copies of this package in one process copy each other's values.
const detachedValues = Symbol.for('@tracelink/context.detachedValues.1');

const none: DetachedValues = new Map();

/** Whether detached work goes on in its caller's trace, or starts one of its own that links to the caller. */
export type Relation = 'parent' | 'link';

/** What detached work takes along of a value; `undefined`: nothing. */
export type Detach<T> = (value: T, relation: Relation) => T | undefined;

// Of values of our packages, which are set for every message: a map of values for each of them, as above, would cost what the rest costs.
const ofPackages = processWide('@tracelink/context.detachedOfPackages.1', () => new Map<symbol, Detach<unknown>>());

/** Has the value of a key, which is set as any other, copied by {@link copyDetached}. Call it once for each key, when a module is loaded. */
export function detachKey<T>(key: symbol, detach: Detach<T>): void {
  ofPackages.set(key, detach as Detach<unknown>);
}

/** The detached value of a key, `undefined` where none was set. */
export function getDetached(context: Context, key: symbol): unknown {
  return valuesOf(context).get(key);
}

/** A new context with the detached value of a key. */
export function setDetached(context: Context, key: symbol, value: unknown): Context {
  return context.setValue(detachedValues, new Map(valuesOf(context)).set(key, value));
}

/** `to` with the detached values of `from`; `to` itself when there are none. */
export function copyDetached(from: Context, to: Context, relation: Relation): Context {
  const values = valuesOf(from);
  let context = values === none ? to : to.setValue(detachedValues, values);
  for (const [key, detach] of ofPackages) {
    const value = from.getValue(key);
    const detached = value === undefined ? undefined : detach(value, relation);
    if (detached !== undefined) context = context.setValue(key, detached);
  }
  return context;
}

function valuesOf(context: Context): DetachedValues {
  return (context.getValue(detachedValues) as DetachedValues | undefined) ?? none;
}
