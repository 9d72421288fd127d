import type { Logger } from 'pino';

/** What a running service hands to its wiring. */
export interface ServiceScope {
  /** What is deferred here closes in the opposite order when the service ends, also when its start failed midway. */
  readonly closing: AsyncDisposableStack;
  /** Aborts when the service shall end. */
  readonly signal: AbortSignal;
  /** Ends the service with exit code 1: for a part that died and cannot be started again. */
  readonly fail: (error: unknown) => void;
}

/**
 * Runs a service until SIGTERM, SIGINT or a failure, then closes what it opened, and lets the process end by itself:
 * whatever flushes on Node's `beforeExit` (the tracer) still gets its turn.
 * A second signal, or 10 s of closing, ends the process at once.
 *
 * @param start opens the parts; it may return while they are still coming up
 */
export async function runService(log: Logger, start: (scope: ServiceScope) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const fail = (error: unknown): void => {
    if (stop.signal.aborted) return;
    log.fatal({ error }, error instanceof Error ? error.message : 'The service failed');
    process.exitCode = 1;
    stop.abort();
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) process.exit(130);
    log.info({ signal }, 'Stopping');
    stop.abort();
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);

  const closing = new AsyncDisposableStack();
  const stopped = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve(), { once: true }));
  // Not awaited before the signal: a start that hangs on an unreachable broker must not outlive Ctrl-C.
  const started = start({ closing, signal: stop.signal, fail }).catch(fail);
  await stopped;
  closeDeadline(log);
  await started;
  await closing.disposeAsync().catch((error: unknown) => {
    log.error({ error }, 'Closing failed');
    process.exitCode = 1;
  });
  log.info('Stopped');
}

function closeDeadline(log: Logger): void {
  setTimeout(() => {
    log.error('Closing took longer than 10 s');
    process.exit(1);
  }, 10_000).unref();
}
