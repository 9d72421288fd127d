import { context as contextApi, type Context } from '@opentelemetry/api';
import { contextValue, type ContextValue } from './context-value.ts';

// Not detached: work that outlives its request must not end with it.
const signalValue: ContextValue<AbortSignal | undefined> = contextValue<AbortSignal>('tracelink signal');

/**
 * Runs `fn` where {@link currentSignal} is `signal`. Inside another `withSignal` the two are combined: the inner scope is
 * aborted as soon as either is.
 *
 * Nothing is interrupted by itself: what `fn` awaits has to take the signal or to ask it.
 *
 * @returns what `fn` returns
 */
export function withSignal<R>(signal: AbortSignal, fn: () => R): R {
  const active = contextApi.active();
  const outer = signalValue.get(active);
  const both = outer === undefined || outer === signal ? signal : AbortSignal.any([outer, signal]);
  return contextApi.with(setSignal(active, both), fn);
}

/** The signal of the work that is running now, for `fetch`, timers and clients; `undefined` where there is none. */
export function currentSignal(): AbortSignal | undefined {
  return signalValue.get();
}

/**
 * Gives up where the work that is running now was cancelled: before a step that would be in vain. Does nothing where there
 * is no signal.
 *
 * @throws the signal's reason
 */
export function throwIfAborted(): void {
  signalValue.get()?.throwIfAborted();
}

/** `context` with a signal in place of the one that was there. */
export function setSignal(context: Context, signal: AbortSignal): Context {
  return signalValue.set(context, signal);
}
