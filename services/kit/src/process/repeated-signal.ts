/** Milliseconds in which the same signal is no second one. */
const repeatWithin = 500;

/**
 * Tells a second signal from the first one that comes twice: npm hands a Ctrl-C on to a process that has it from the
 * terminal already.
 *
 * @returns whether a signal is the first one again; asked once for each signal that comes
 */
export function repeatedSignal(): (signal: NodeJS.Signals) => boolean {
  let first: { readonly signal: NodeJS.Signals; readonly at: number } | undefined;
  return (signal) => {
    const at = performance.now();
    if (first !== undefined) return signal === first.signal && at - first.at < repeatWithin;
    first = { signal, at };
    return false;
  };
}
