import { passThrough, wrappedMark } from '../port/delegate.ts';
import { replaceMethod, setBare, type Registration } from '../port/registration.ts';
import { isOwnCall, watchStreams } from './own-calls.ts';

/** `@platformatic/kafka`: its clients are made by `new`, so that their classes' methods are replaced. Subclasses keep theirs. */
export const platformaticRegistration: Registration = {
  packageName: '@platformatic/kafka',
  register(library, wrap) {
    registerClass(library['Producer'], ['send', 'beginTransaction'], (producer) => wrap.producer(producer));
    registerClass(library['Consumer'], ['consume', 'commit'], (consumer) => wrap.consumer(consumer));
    watchStreams(library);
  },
};

type Methods = Record<string, (...args: unknown[]) => unknown>;

/**
 * Each instance has a wrapper of its own, made at the first call; the wrapper calls the methods that were there before, and so does the
 * library itself.
 */
function registerClass(constructor: unknown, names: readonly string[], wrap: (client: object) => object): void {
  if (typeof constructor !== 'function') return;
  const prototype = constructor.prototype as object;
  const wrappers = new WeakMap<object, Methods>();
  const originals: Methods = {};
  const bareOf = (client: object): object => {
    const methods = Object.fromEntries(names.map((name) => [name, originals[name]?.bind(client)]));
    // The class has the mark of what is wrapped already; this is what there is to wrap.
    return Object.defineProperty(passThrough(client, methods), wrappedMark, { value: false });
  };
  const wrapperOf = (client: object): Methods => {
    const known = wrappers.get(client) ?? (wrap(bareOf(client)) as Methods);
    wrappers.set(client, known);
    return known;
  };
  for (const name of names)
    replaceMethod(prototype, name, (original) => {
      originals[name] = original;
      return function method(...args) {
        return isOwnCall(name, args) ? original.apply(this, args) : wrapperOf(this)[name]?.(...args);
      };
    });
  Object.defineProperty(prototype, wrappedMark, { configurable: true, value: true });
  setBare(prototype, {
    configurable: true,
    get(this: object) {
      return bareOf(this);
    },
  });
}
