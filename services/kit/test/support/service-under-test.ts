import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { PartReport } from '@tracelink-demo/kit';
import type { LogLine } from './log-lines.ts';

/** How a service ended, and all its output. */
interface ServiceEnd {
  readonly code: number | null;
  readonly lines: readonly LogLine[];
}

/** A service that runs from its sources in its own process. */
export interface ServiceUnderTest extends AsyncDisposable {
  /** Resolves with the first line of that message, also when it was written before; rejects when the process ends without it. */
  line(msg: string): Promise<LogLine>;
  /** Resolves when the output matches; rejects when the process ends before. */
  until(isTrue: (lines: readonly LogLine[]) => boolean): Promise<void>;
  /** Sends a signal. */
  kill(signal: NodeJS.Signals): void;
  /** Sends SIGTERM and waits for the end. */
  stop(): Promise<ServiceEnd>;
  /** Resolves when the process has ended. */
  readonly ended: Promise<ServiceEnd>;
}

/** The outcome of each part of the service in the last line: `stage part: outcome`. */
export function partsOf(lines: readonly LogLine[]): string[] {
  const parts = (lines.at(-1)?.['parts'] ?? []) as readonly PartReport[];
  return parts.map(({ stage, part, outcome }) => `${stage} ${part}: ${outcome}`);
}

/**
 * Starts `services/<name>/src/main.ts` as its `npm start` does. Its environment is `env` and nothing of ours, so that a
 * variable which the test does not name is absent. Disposing kills what still runs.
 */
export function startServiceUnderTest(name: 'orders' | 'fulfilment', env: Readonly<Record<string, string>>): ServiceUnderTest {
  const main = fileURLToPath(new URL(`../../../${name}/src/main.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@tracelink/source', '--import', '@tracelink/sdk/register', main], {
    cwd: fileURLToPath(new URL(`../../../${name}`, import.meta.url)),
    env: { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: LogLine[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of waiting) look();
  };
  let gone = false;
  createInterface({ input: child.stdout }).on('line', (text) => {
    lines.push(JSON.parse(text) as LogLine);
    wake();
  });
  const ended = once(child, 'close').then(([code]): ServiceEnd => {
    gone = true;
    wake();
    return { code: code as number | null, lines };
  });

  const until = (isTrue: (lines: readonly LogLine[]) => boolean): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (): void => {
      if (isTrue(lines)) resolve();
      else if (gone) reject(new Error(`The ${name} service ended before ${String(isTrue)}: ${JSON.stringify(lines.slice(-5))}`));
      else return;
      waiting.delete(look);
    };
    waiting.add(look);
    look();
    return promise;
  };

  return {
    ended,
    until,
    async line(msg) {
      await until((all) => all.some((line) => line['msg'] === msg));
      return lines.find((line) => line['msg'] === msg) as LogLine;
    },
    kill: (signal) => void child.kill(signal),
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
