import { constants } from 'node:os';
import type { Logger } from 'pino';
import { repeatedSignal } from './repeated-signal.ts';
import { Shutdown } from '../shutdown.ts';

/** What a running service passes to its wiring. */
export interface ServiceScope {
  /** Parts that are added here are closed in the order of their stages when the service ends, also when its start failed midway. */
  readonly shutdown: Shutdown;
  /** Aborted when the service must end. */
  readonly signal: AbortSignal;
  /** Ends the service with exit code 1: for a part that ended and cannot restart. */
  readonly fail: (error: unknown) => void;
}

/** How a service runs. */
export interface RunServiceOptions {
  readonly log: Logger;
  /** Milliseconds that the shutdown may take, all stages together. */
  readonly shutdownTimeout: number;
}

/**
 * Runs a service until SIGTERM, SIGINT or a failure, then closes what it opened and logs in one line the outcome of each
 * part. The process ends with 0 when all ended in time, else with 1.
 * A second signal ends it at once: SIGINT with 130, SIGTERM with 143, as without a handler. The same one within half a
 * second does not.
 *
 * @param start opens the parts; it may return while they are still starting
 */
export async function runService(
  { log, shutdownTimeout }: RunServiceOptions,
  start: (scope: ServiceScope) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const isRepeated = repeatedSignal();
  const fail = (error: unknown): void => {
    if (stop.signal.aborted) return;
    log.fatal({ error }, error instanceof Error ? error.message : 'The service failed');
    process.exitCode = 1;
    stop.abort();
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isRepeated(signal)) return;
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
    // The process ends by itself, so that what flushes on Node's `beforeExit` can run. Unless something keeps it alive.
    setTimeout(() => keptAlive(log), Math.max(0, shutdownTimeout - durationMs)).unref();
    return;
  }
  log.error({ durationMs, parts }, 'Stopped with work left');
  // Abandoned work may continue for ever.
  process.exit(1);
}

function keptAlive(log: Logger): void {
  log.error({ resources: process.getActiveResourcesInfo() }, 'Something keeps the process alive');
  process.exit(1);
}
