import { context as contextApi, type Context } from '@opentelemetry/api';
import type { Rule } from '../errors/option-rules.ts';
import { type Detach, detachKey, getDetached, setDetached } from './detached-values.ts';

/** How a {@link ContextValue} behaves where it was not set, and how far it goes. */
export interface ContextValueOptions<T> {
  /**
   * What `get` returns where nothing was set.
   * @default undefined
   */
  readonly default?: T;
  /**
   * Whether the value goes along into detached work: `cloneContext`, `cloneContextWithoutSpan`, `BackgroundTasks`,
   * `forEachDetached`. What belongs to the request alone, such as its transaction, must not.
   * @default false
   */
  readonly detached?: boolean;
}

/** A typed key of OpenTelemetry's Context: made once at module level, read and set anywhere in the process. */
export interface ContextValue<T> {
  /** Shown by debuggers; two values may share it, each is still its own key. */
  readonly description: string;
  /** The value in `context` (default: the active one), or the default when none was set there. */
  get(context?: Context): T;
  /** Runs `fn` with the value set in the active context and returns what `fn` returns. The context outside is untouched. */
  with<R>(value: T, fn: () => R): R;
  /** A new context with the value set; `context` itself is not changed. */
  set(context: Context, value: T): Context;
}

/**
 * Makes a typed key for a value that travels with OpenTelemetry's Context: through `await`, timers and callbacks,
 * wherever the registered context manager carries the trace. Without a context manager (no SDK) `with` still runs
 * `fn`, and `get` returns the default.
 *
 * Unlike the API's `createContextKey`, which is `Symbol.for(description)`, two values of the same description never
 * collide.
 *
 * @param description names the value in a debugger
 */
export function contextValue<T>(description: string, options: ContextValueOptions<T> & { readonly default: T }): ContextValue<T>;
export function contextValue<T>(description: string, options?: ContextValueOptions<T>): ContextValue<T | undefined>;
export function contextValue<T>(description: string, options: ContextValueOptions<T> = {}): ContextValue<T | undefined> {
  return valueOf(Symbol(description), description, options);
}

/** How far a {@link sharedContextValue} goes. */
export interface SharedValueOptions<T> {
  /**
   * What detached work takes along of the value: less than the value where that holds what must not live as long.
   * @default nothing
   */
  readonly detached?: Detach<T>;
}

/**
 * A value of a package of ours, which every copy of it in the process reads and sets.
 *
 * @param name see `processWide`
 */
export function sharedContextValue<T>(name: string, { detached }: SharedValueOptions<T> = {}): ContextValue<T | undefined> {
  const key = Symbol.for(name);
  if (detached !== undefined) detachKey(key, detached);
  return valueOf<T>(key, name, {});
}

function valueOf<T>(key: symbol, description: string, options: ContextValueOptions<T>): ContextValue<T | undefined> {
  const { default: fallback, detached = false } = options;
  const read = (context: Context): unknown => (detached ? getDetached(context, key) : context.getValue(key));
  const write = (context: Context, value: unknown): Context => (detached ? setDetached(context, key, value) : context.setValue(key, value));
  return {
    description,
    get(context = contextApi.active()) {
      const value = read(context) as T | undefined;
      return value === undefined ? fallback : value;
    },
    with(value, fn) {
      return contextApi.with(write(contextApi.active(), value), fn);
    },
    set(context, value) {
      return write(context, value);
    },
  };
}

/** The option `keys`: a list of what {@link contextValue} makes. */
export const contextValues: Rule = { must: 'a list of context values', accepts: areContextValues };

function areContextValues(value: unknown): boolean {
  const isOne = (key: Partial<ContextValue<unknown>> | null | undefined): boolean =>
    typeof key?.get === 'function' && typeof key.set === 'function';
  return Array.isArray(value) && value.every(isOne);
}
