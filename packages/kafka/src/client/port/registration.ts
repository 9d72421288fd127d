import { isPatched, unpatched } from './delegate.ts';

/** Wraps the clients that an application makes. */
export interface WrapClients {
  producer<P extends object>(producer: P): P;
  consumer<C extends object>(consumer: C): C;
  /** Whether the wrappers make spans; asked at each call, as a tracer provider may be registered late. */
  isTraced(): boolean;
}

/** How the clients of one library are wrapped where the application does not do it: when the library is loaded, once for each copy. */
export interface Registration {
  /** What the application imports. */
  readonly packageName: string;
  /**
   * Has every client that is made from now on be traced.
   *
   * @param library what the package exports
   */
  register(library: Readonly<Record<string, unknown>>, wrap: WrapClients): void;
}

type Method = (this: object, ...args: unknown[]) => unknown;

const originalMark: unique symbol = Symbol.for('tracelink.original') as never;

/** Puts a method in place of one of a class, which {@link originalOf} still finds. Twice is as good as once. */
export function replaceMethod(prototype: object, name: PropertyKey, around: (original: Method) => Method): void {
  const methods = prototype as Record<PropertyKey, Method & { readonly [originalMark]?: Method }>;
  const original = methods[name];
  if (typeof original !== 'function' || original[originalMark] !== undefined) return;
  const method = Object.assign(around(original), { [originalMark]: original });
  Object.defineProperty(prototype, name, { configurable: true, writable: true, value: method });
}

const bareMark: unique symbol = Symbol.for('tracelink.bare') as never;

/** Says of a client that a registration wrapped what it is without that. */
export function setBare<C extends object>(client: C, bare: PropertyDescriptor): C {
  return Object.defineProperty(client, bareMark, bare);
}

/** A client without what a registration put around it: who wraps one in code gets the options that are given there. */
export function bareClient<C extends object>(client: C): C {
  return (client as { readonly [bareMark]?: C } | null | undefined)?.[bareMark] ?? client;
}

/** The factories of a `Kafka` whose clients no registration wraps: those of our own engine have spans already. */
export function bareFactories<K extends object, N extends keyof K & ('producer' | 'consumer')>(kafka: K): Pick<K, N> {
  const factory = (name: N): K[N] => {
    const method = kafka[name] as Method & { readonly [originalMark]?: Method };
    return (method[originalMark] ?? method).bind(kafka) as K[N];
  };
  return {
    get producer() {
      return factory('producer' as N);
    },
    get consumer() {
      return factory('consumer' as N);
    },
  } as unknown as Pick<K, N>;
}

interface Connecting {
  readonly connect?: (this: void, ...args: unknown[]) => unknown;
}

/**
 * Has a wrapper that a registration made stay the outermost layer. An instrumentation that patches the library's class after the registration
 * gets the wrapper from it and patches that, before the application has it. What it added is left out from the client's `connect` on, before
 * which nothing is sent or delivered.
 *
 * @param isTraced as of {@link unpatched}
 */
export function outermost<C extends object>(wrapper: C, isTraced: () => boolean): C {
  const { connect } = wrapper as Connecting;
  if (typeof connect !== 'function') return wrapper;
  const value = (...args: unknown[]): unknown => {
    for (const [name, { value: member }] of Object.entries(Object.getOwnPropertyDescriptors(wrapper)))
      if (isPatched(member)) Object.assign(wrapper, { [name]: unpatched(wrapper, name as keyof C & string, isTraced) });
    return connect(...args);
  };
  return Object.defineProperty(wrapper, 'connect', { configurable: true, enumerable: true, writable: true, value });
}
