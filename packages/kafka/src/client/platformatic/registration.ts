import { AsyncLocalStorage } from 'node:async_hooks';
import { guard } from '../../core/guard.ts';
import { isWrapped, passThrough, wrappedMark } from '../port/delegate.ts';
import { replaceMethod, setBare, type Registration } from '../port/registration.ts';
import { platformaticConsumer } from './consumer-adapter.ts';
import { isOwnCall, watchStreams } from './own-calls.ts';
import { platformaticProducer, tracedOf } from './producer-adapter.ts';
import type { Transaction } from './shapes.ts';

/** `@platformatic/kafka`: its clients are made by `new`, so that their classes' methods are replaced. Subclasses keep theirs. */
export const platformaticRegistration: Registration = {
  packageName: '@platformatic/kafka',
  register(library, wrap) {
    const { Producer, Consumer } = library;
    registerClass(Producer, platformaticProducer, ['send', 'beginTransaction'], (producer) => wrap.producer(producer));
    registerTransaction(Producer);
    registerClass(Consumer, platformaticConsumer, ['consume', 'commit'], (consumer) => wrap.consumer(consumer));
    watchStreams(library);
  },
};

type Method = (...args: unknown[]) => unknown;
type Methods = Record<string, Method>;

/**
 * Each instance has a wrapper of its own, made at the first call; the wrapper calls the methods that were there before, and so does the
 * library itself. A class that the adapter does not fit stays as it is.
 */
function registerClass(
  constructor: unknown,
  adapter: { fits(client: object): boolean },
  names: readonly string[],
  wrap: (client: object) => object,
): void {
  if (typeof constructor !== 'function') return;
  const prototype = constructor.prototype as object;
  if (isWrapped(prototype)) return;
  if (!adapter.fits(prototype)) return sayUnfit(constructor.name);
  const wrappers = new WeakMap<object, Methods>();
  const methods = names.map((name) => replacedMethod(prototype, name, (client) => wrapperOf(client)));
  const wrapperOf = (client: object): Methods => {
    const known = wrappers.get(client);
    if (known !== undefined) return known;
    const bare = unmarked(client, Object.fromEntries(methods.map(({ name, original }) => [name, original.bind(client)])));
    // One that cannot be wrapped sends and consumes as without us.
    const wrapper = (guard('wrapping a client', () => wrap(bare)) ?? bare) as Methods;
    wrappers.set(client, wrapper);
    return wrapper;
  };
  Object.defineProperty(prototype, wrappedMark, { configurable: true, value: true });
  setBare(prototype, {
    configurable: true,
    get(this: object) {
      return unmarked(this, Object.fromEntries(methods.map(({ name, ofWrapped }) => [name, ofWrapped(this)])));
    },
  });
}

/** The open transaction of a producer is the one that `beginTransaction` has given to the program. */
function registerTransaction(constructor: unknown): void {
  if (typeof constructor !== 'function') return;
  const prototype = constructor.prototype as object;
  const original = memberOf(prototype, 'transaction');
  if (original?.get === undefined) return;
  Object.defineProperty(prototype, 'transaction', {
    configurable: true,
    get(this: object) {
      return tracedOf(original.get?.call(this) as Transaction | undefined);
    },
  });
}

function memberOf(prototype: object, name: string): PropertyDescriptor | undefined {
  for (let owner: object | null = prototype; owner !== null; owner = Object.getPrototypeOf(owner) as object | null) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, name);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}

/** A method of a class that was replaced. */
interface Replaced {
  readonly name: string;
  readonly original: (this: object, ...args: unknown[]) => unknown;
  /** The method of a client that is wrapped in code: the client's own, which for a subclass is not this class's. */
  readonly ofWrapped: (client: object) => Method;
}

function replacedMethod(prototype: object, name: string, wrapperOf: (client: object) => Methods): Replaced {
  /** The client wrapped in code whose own method, which its wrapper calls, calls the one of the class. Its other calls are traced here. */
  const calledByWrapper = new AsyncLocalStorage<object>();
  let replaced: Replaced | undefined;
  replaceMethod(prototype, name, (original) => {
    const method = function (this: object, ...args: unknown[]): unknown {
      return calledByWrapper.getStore() === this || isOwnCall(name, args) ? original.apply(this, args) : wrapperOf(this)[name]?.(...args);
    };
    const ofWrapped =
      (client: object): Method =>
      (...args) => {
        const own = (client as Methods)[name];
        if (own === undefined || own === method) return original.apply(client, args);
        return calledByWrapper.run(client, () => own.apply(client, args));
      };
    replaced = { name, original, ofWrapped };
    return method;
  });
  return replaced as unknown as Replaced;
}

/** What there is to wrap of a client, with these methods: without the marks of its class, which say that it is wrapped already. */
function unmarked(client: object, methods: Methods): object {
  const bare = Object.defineProperty(passThrough(client, methods), wrappedMark, { value: false });
  return setBare(bare, { value: undefined });
}

/** A warning of the process, as those of the register entry point: who finds nothing traced looks there. */
function sayUnfit(name: string): void {
  process.emitWarning(
    `the ${name} of the @platformatic/kafka that this program has lacks methods which tracelink wraps, and is not traced: install 2.12 or later`,
    { code: 'TRACELINK_OLD_CLIENT' },
  );
}
