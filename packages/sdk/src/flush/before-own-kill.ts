import { constants } from 'node:os';

type Kill = (pid: number, signal?: string | number) => true;

/** Node's `kill` needs no `this`. */
const replaceable: { kill: Kill } = process;

/**
 * Runs `work` before the program ends itself by one of `signals`, once. A program that handles a signal sends it again when it is done, as
 * Nest's shutdown hooks do, and ends in that very call.
 *
 * It is no listener: that would hold up a second Ctrl-C, which the program did not send, and `removeAllListeners` would take it away.
 * What goes to another process, another signal, and one that the program still listens to, is sent at once.
 *
 * @param work must not reject
 * @returns gives back Node's `process.kill`
 */
export function beforeOwnKill(signals: readonly NodeJS.Signals[], work: () => Promise<unknown>): () => void {
  const kill = replaceable.kill;
  let isOver = false;
  const killAfterWork: Kill = (pid, signal = 'SIGTERM') => {
    const send = (): true => kill(pid, signal);
    const own = signals.find((name) => name === signal || constants.signals[name] === signal);
    if (isOver || pid !== process.pid || own === undefined || process.listenerCount(own) > 0) return send();
    giveBack();
    void work().finally(send);
    return true;
  };
  const giveBack = (): void => {
    // Where someone has replaced it again, ours is still called.
    isOver = true;
    if (replaceable.kill === killAfterWork) replaceable.kill = kill;
  };
  replaceable.kill = killAfterWork;
  return giveBack;
}
