import { sayUnseenApi, unseenApiVersion } from '@tracelink/context/internal';
import { warnOnce } from '../../core/guard.ts';

type Method = (...args: unknown[]) => unknown;

/** A method with the layer that an instrumentation of OpenTelemetry has put around it. */
interface Patched extends Method {
  readonly __wrapped: true;
  readonly __original: Method;
}

/** Whether an instrumentation of OpenTelemetry has put its layer around a method. */
export function isPatched(member: unknown): member is Patched {
  if (typeof member !== 'function') return false;
  const { __wrapped, __original } = member as Partial<Patched>;
  return __wrapped === true && typeof __original === 'function';
}

/**
 * `client[name]` bound to the client. Where `isTraced` answers yes, without the layer that OpenTelemetry's own kafkajs instrumentation may
 * have put around it, as two layers would make two sets of spans; where it answers no, that layer is the only one that traces, and stays.
 * Both are logged once.
 *
 * @param isTraced whether we make spans; asked at each call, as a tracer provider may be registered late
 */
export function unpatched<T extends object, K extends keyof T & string>(client: T, name: K, isTraced: () => boolean): T[K] {
  const method = client[name];
  if (typeof method !== 'function') return method;
  if (!isPatched(method)) return method.bind(client) as T[K];
  const { __original: original } = method;
  return ((...args: unknown[]): unknown => {
    if (!isTraced()) {
      sayThatPatchStays(name);
      return method.apply(client, args);
    }
    warnOnce(
      'unpatched',
      `this kafkajs client is also instrumented by @opentelemetry/instrumentation-kafkajs, whose layer around ${name}() is left out ` +
        'so that every message has one set of spans. Disable it: OTEL_NODE_DISABLED_INSTRUMENTATIONS=kafkajs',
    );
    return original.apply(client, args);
  }) as T[K];
}

function sayThatPatchStays(name: string): void {
  const what = `an instrumentation's layer around ${name}() of a kafkajs client stays, and tracelink traces nothing there`;
  if (unseenApiVersion() === undefined) return warnOnce('a patch that stays', `${what}: no tracer provider is registered`);
  sayUnseenApi();
}

/** What our wrappers have, so that none is wrapped again. */
export const wrappedMark: unique symbol = Symbol.for('tracelink.wrapped') as never;

/** Whether `client` is already one of our wrappers: wrapping twice must not make two sets of spans. */
export function isWrapped(client: object): boolean {
  return (client as { [wrappedMark]?: unknown })[wrappedMark] === true;
}

/**
 * An object with the interface of `target`: `overrides` replace members of the same name, every other member is the
 * target's own, read when it is asked for and bound to the target. A method that returns the target, as those of event emitters do,
 * returns this object. Not a `Proxy`: those break on classes with private
 * fields, which `@confluentinc/kafka-javascript` is made of (B3); and getters that throw there throw only when used.
 */
export function passThrough<T extends object>(target: T, overrides: Partial<T>): T {
  return Object.defineProperty(delegating(target, overrides), wrappedMark, { configurable: true, value: true });
}

/** What {@link passThrough} makes, without the mark of a wrapper: it can still be wrapped. */
function delegating<T extends object>(target: T, overrides: Partial<T>): T {
  const wrapper: object = {};
  for (const name of memberNames(target)) {
    if (Object.hasOwn(overrides, name)) continue;
    Object.defineProperty(wrapper, name, {
      configurable: true,
      enumerable: true,
      get: boundMember(target, name, wrapper),
      // An assignment, which throws when the target is frozen, as it would without us.
      set(value: unknown) {
        (target as Record<PropertyKey, unknown>)[name] = value;
      },
    });
  }
  for (const name of Object.keys(overrides)) {
    Object.defineProperty(wrapper, name, { ...Object.getOwnPropertyDescriptor(overrides, name), configurable: true });
  }
  return wrapper as T;
}

/**
 * An object as `client` whose method `name` is `around` the client's own, and which can be wrapped as the client can: {@link unpatched} takes
 * off it the layer that an instrumentation has put around the client's own method.
 *
 * @param around makes the method of the one that it calls
 */
export function withLayer<T extends object, K extends keyof T & string>(client: T, name: K, around: (method: T[K]) => T[K]): T {
  const method = client[name] as Method;
  const layered = (of: Method): Method => around(of.bind(client) as T[K]) as Method;
  const layer = Object.assign(layered(method), isPatched(method) && { __wrapped: true, __original: layered(method.__original) });
  return delegating(client, { [name]: layer } as Partial<T>);
}

function boundMember(target: object, name: PropertyKey, wrapper: object): () => unknown {
  let member: unknown;
  let bound: Method | undefined;
  return () => {
    const current: unknown = Reflect.get(target, name);
    if (typeof current !== 'function') return current;
    if (current !== member) {
      member = current;
      bound = (...args) => {
        const result: unknown = Reflect.apply(current, target, args);
        return result === target ? wrapper : result;
      };
    }
    return bound;
  };
}

function memberNames(target: object): Set<PropertyKey> {
  const names = new Set<PropertyKey>();
  for (
    let owner: object | null = target;
    owner !== null && owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner) as object | null
  ) {
    for (const name of Reflect.ownKeys(owner)) if (name !== 'constructor') names.add(name);
  }
  return names;
}
