import type { EventEmitter } from 'node:events';
import { context as contextApi, type Context } from '@opentelemetry/api';

type Listener = (...args: unknown[]) => void;
type Register = (name: string | symbol, listener: Listener) => EventEmitter;

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
  const bound = new Map<string | symbol, WeakMap<Listener, Listener>>();
  const boundTo = (name: string | symbol): WeakMap<Listener, Listener> => {
    let listeners = bound.get(name);
    if (listeners === undefined) bound.set(name, (listeners = new WeakMap()));
    return listeners;
  };
  for (const method of adding) {
    const add = emitter[method].bind(emitter) as Register;
    emitter[method] = ((name: string | symbol, listener: Listener) => {
      // Node checks what is no function, in its own words.
      if (typeof listener !== 'function') return add(name, listener);
      const original = originalOf(listener);
      const inContext = Object.assign(contextApi.bind(context, listener), { listener: original });
      for (const known of [listener, original]) boundTo(name).set(known, inContext);
      return add(name, inContext);
    }) as never;
  }
  for (const method of removing) {
    const remove = emitter[method].bind(emitter) as Register;
    emitter[method] = ((name: string | symbol, listener: Listener) => remove(name, boundTo(name).get(listener) ?? listener)) as never;
  }
}

/** What the user added: Node's `once` puts a function of its own around it, and names it there. */
function originalOf(listener: Listener & { listener?: Listener }): Listener {
  return listener.listener ?? listener;
}
