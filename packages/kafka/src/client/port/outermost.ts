import { unpatched } from './delegate.ts';

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
      if (typeof member === 'function') Object.assign(wrapper, { [name]: unpatched(wrapper, name as keyof C & string, isTraced) });
    return connect(...args);
  };
  return Object.defineProperty(wrapper, 'connect', { configurable: true, enumerable: true, writable: true, value });
}
