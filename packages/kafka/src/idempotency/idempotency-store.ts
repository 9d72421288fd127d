/**
 * Records which messages are done.
 *
 * @typeParam T what the effect of a message must be written with, so that the effect is there if and only if the message is recorded as
 *   done; `undefined` for a store without transactions
 */
export interface IdempotencyStore<T = undefined> {
  /**
   * Runs `effect`, unless a message with this id is done. The message is done when `effect` resolves, and not when it rejects. While
   * another `effect` of the same id runs, it waits for its end.
   *
   * @param id the idempotency key
   * @param signal aborts the wait; `effect` is then not begun
   * @returns whether `effect` ran
   * @throws what `effect` rejected with, the same object; the signal's reason; the store's own error, after which the message may be done
   *   or not
   */
  run(id: string, effect: (transaction: T) => Promise<void>, signal: AbortSignal): Promise<boolean>;
}
