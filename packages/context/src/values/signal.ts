import { context as contextApi, type Context } from '@opentelemetry/api';
import { sharedContextValue, type ContextValue } from './context-value.ts';

/** Has a signal, made when it is asked for: an `AbortController` is one. */
export interface SignalSource {
  readonly signal: AbortSignal;
}

// Not detached: work that outlives its request must not end with it.
const signalValue: ContextValue<AbortSignal | SignalSource | undefined> = sharedContextValue<AbortSignal | SignalSource>(
  '@tracelink/context.signal.1',
);

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
  const outer = signalOf(active);
  const both = outer === undefined || outer === signal ? signal : AbortSignal.any([outer, signal]);
  return contextApi.with(setSignal(active, both), fn);
}

/** The signal of the work that is running now, for `fetch`, timers and clients; `undefined` where there is none. */
export function currentSignal(): AbortSignal | undefined {
  return signalOf(contextApi.active());
}

/**
 * Gives up where the work that is running now was cancelled: before a step that would be in vain. Does nothing where there
 * is no signal.
 *
 * @throws the signal's reason
 */
export function throwIfAborted(): void {
  currentSignal()?.throwIfAborted();
}

/** `context` with a signal in place of the one that was there; of a source, the signal that it has when it is asked for. */
export function setSignal(context: Context, signal: AbortSignal | SignalSource): Context {
  return signalValue.set(context, signal);
}

function signalOf(context: Context): AbortSignal | undefined {
  const found = signalValue.get(context);
  return found === undefined || found instanceof AbortSignal ? found : found.signal;
}
