import { wrappedMark } from '../port/delegate.ts';
import { replaceMethod, type Registration } from '../port/registration.ts';

/** `@platformatic/kafka`: its clients are made by `new`, so that their classes' methods are replaced. Subclasses keep theirs. */
export const platformaticRegistration: Registration = {
  packageName: '@platformatic/kafka',
  register(library, wrap) {
    registerClass(library['Producer'], ['send', 'beginTransaction'], (producer) => wrap.producer(producer));
    registerClass(library['Consumer'], ['consume', 'commit'], (consumer) => wrap.consumer(consumer));
  },
};

type Methods = Record<string, (...args: unknown[]) => unknown>;

/** Each instance has a wrapper of its own, made at the first call; the wrapper calls the methods that were there before. */
function registerClass(constructor: unknown, names: readonly string[], wrap: (client: object) => object): void {
  if (typeof constructor !== 'function') return;
  const prototype = constructor.prototype as object;
  const wrappers = new WeakMap<object, Methods>();
  const originals: Methods = {};
  const wrapperOf = (client: object): Methods => {
    const known = wrappers.get(client);
    if (known !== undefined) return known;
    const bare: object = Object.create(client);
    for (const name of names) Object.defineProperty(bare, name, { value: originals[name]?.bind(client) });
    // The class has the mark of what is wrapped already; this is what there is to wrap.
    Object.defineProperty(bare, wrappedMark, { value: false });
    const wrapper = wrap(bare) as Methods;
    wrappers.set(client, wrapper);
    return wrapper;
  };
  for (const name of names)
    replaceMethod(prototype, name, (original) => {
      originals[name] = original;
      return function method(...args) {
        return wrapperOf(this)[name]?.(...args);
      };
    });
  Object.defineProperty(prototype, wrappedMark, { configurable: true, value: true });
}
