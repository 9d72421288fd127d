import type { EventEmitter } from 'node:events';
import { context as contextApi, type Context } from '@opentelemetry/api';

type Listener = (...args: unknown[]) => void;
type Register = (name: string | symbol, listener: Listener) => EventEmitter;

/** How a listener was added. */
interface Bound {
  /** What was handed to the emitter: of `once`, a function of Node's own around the user's. */
  readonly added: Listener;
  /** What the user added. */
  readonly original: Listener;
  readonly inContext: Listener;
}

const adding = ['on', 'addListener', 'prependListener'] as const;
const removing = ['off', 'removeListener'] as const;

/**
 * Runs the listeners that are added to `emitter` from now on in `context`. Node runs them where the event happens: for a
 * request that is the socket's context, which knows nothing of the request. (`once` adds by way of `on`, or of what stands in
 * its place.)
 *
 * OpenTelemetry's HTTP instrumentation does the same for the context of its span, once for an emitter; this goes around it.
 */
export function bindListeners(emitter: EventEmitter, context: Context): void {
  const bound = new BoundListeners();
  for (const method of adding) {
    const add = emitter[method].bind(emitter) as Register;
    emitter[method] = ((name: string | symbol, listener: Listener) => {
      // Node checks what is no function, in its own words.
      if (typeof listener !== 'function') return add(name, listener);
      const original = originalOf(listener);
      const inContext = Object.assign(contextApi.bind(context, listener), { listener: original });
      const all = bound.of(name);
      if (method === 'prependListener') all.unshift({ added: listener, original, inContext });
      else all.push({ added: listener, original, inContext });
      return add(name, inContext);
    }) as never;
  }
  for (const method of removing) {
    const remove = emitter[method].bind(emitter) as Register;
    emitter[method] = ((name: string | symbol, listener: Listener) => remove(name, bound.take(name, listener) ?? listener)) as never;
  }
  const removeAll = emitter.removeAllListeners.bind(emitter) as (...names: readonly (string | symbol)[]) => EventEmitter;
  emitter.removeAllListeners = ((...names: readonly (string | symbol)[]) => {
    bound.forget(...names);
    return removeAll(...names);
  }) as never;
}

/** By the name of their event, in the order in which the emitter has them: the same listener may be there more than once. */
class BoundListeners {
  readonly #byName = new Map<string | symbol, Bound[]>();

  of(name: string | symbol): Bound[] {
    let all = this.#byName.get(name);
    if (all === undefined) this.#byName.set(name, (all = []));
    return all;
  }

  /** What stands for a listener that is removed: of several, Node removes the last. */
  take(name: string | symbol, listener: Listener): Listener | undefined {
    const all = this.#byName.get(name) ?? [];
    const last = all.findLastIndex(
      ({ added, original, inContext }) => added === listener || original === listener || inContext === listener,
    );
    return last === -1 ? undefined : all.splice(last, 1)[0]?.inContext;
  }

  /** @param names of events; none: all of them */
  forget(...names: readonly (string | symbol)[]): void {
    if (names.length === 0) this.#byName.clear();
    for (const name of names) this.#byName.delete(name);
  }
}

/** What the user added: Node's `once` puts a function of its own around it, and names it there. */
function originalOf(listener: Listener & { listener?: Listener }): Listener {
  return listener.listener ?? listener;
}
