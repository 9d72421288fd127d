/**
 * Remembers which messages are done.
 *
 * @typeParam T what the effect of a message is to be written with, so that it is there if and only if the message is marked as
 *   done; `undefined` where the store has nothing of the kind
 */
export interface IdempotencyStore<T = undefined> {
  /**
   * Runs `effect`, unless a message with this id is done: then nothing runs. When it resolves the message is done; when it
   * rejects it is not. While another `effect` of the same id runs it waits for that one's end.
   *
   * @param signal aborted when it is not worth waiting any longer; `effect` is not begun then
   * @returns whether `effect` ran
   * @throws what `effect` rejected with, the same object; the signal's reason; what the store itself fails with, after which
   *   the message may be done or not
   */
  run(id: string, effect: (transaction: T) => Promise<void>, signal: AbortSignal): Promise<boolean>;
}
