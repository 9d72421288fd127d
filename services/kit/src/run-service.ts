import { constants } from 'node:os';
import type { Logger } from 'pino';
import { Shutdown } from './shutdown.ts';

/** What a running service hands to its wiring. */
export interface ServiceScope {
  /** What is added here is closed in the order of the stages when the service ends, also when its start failed midway. */
  readonly shutdown: Shutdown;
  /** Aborts when the service shall end. */
  readonly signal: AbortSignal;
  /** Ends the service with exit code 1: for a part that died and cannot be started again. */
  readonly fail: (error: unknown) => void;
}

/** How a service runs. */
export interface RunServiceOptions {
  readonly log: Logger;
  /** Milliseconds that ending may take, all stages together. */
  readonly shutdownTimeout: number;
}

/**
 * Runs a service until SIGTERM, SIGINT or a failure, then closes what it opened and says in one line what became of each
 * part. The process ends with 0 when all ended in time, else with 1.
 * A second signal ends it at once: SIGINT with 130, SIGTERM with 143, as if nobody had handled it.
 *
 * @param start opens the parts; it may return while they are still coming up
 */
export async function runService(
  { log, shutdownTimeout }: RunServiceOptions,
  start: (scope: ServiceScope) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const fail = (error: unknown): void => {
    if (stop.signal.aborted) return;
    log.fatal({ error }, error instanceof Error ? error.message : 'The service failed');
    process.exitCode = 1;
    stop.abort();
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) process.exit(128 + constants.signals[signal]);
    log.info({ signal }, 'Stopping');
    stop.abort();
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);

  const shutdown = new Shutdown();
  const stopped = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
  // Not awaited before the signal: a start that hangs on an unreachable broker must not outlive Ctrl-C.
  const started = start({ shutdown, signal: stop.signal, fail }).catch(fail);
  shutdown.add('start', { name: 'start', close: () => started });
  await stopped;
  await end(shutdown, { log, shutdownTimeout });
}

async function end(shutdown: Shutdown, { log, shutdownTimeout }: RunServiceOptions): Promise<void> {
  const began = performance.now();
  const parts = await shutdown.run(shutdownTimeout);
  const durationMs = Math.round(performance.now() - began);
  if (parts.every(({ outcome }) => outcome === 'done')) {
    log.info({ durationMs, parts }, 'Stopped');
    // The process ends by itself, so that what flushes on Node's `beforeExit` gets its turn. Unless something keeps it.
    setTimeout(() => keptAlive(log), Math.max(0, shutdownTimeout - durationMs)).unref();
    return;
  }
  log.error({ durationMs, parts }, 'Stopped with work left');
  // What was given up may go on for ever.
  process.exit(1);
}

function keptAlive(log: Logger): void {
  log.error({ resources: process.getActiveResourcesInfo() }, 'Something keeps the process alive');
  process.exit(1);
}
