import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** How a service is started from its sources. */
export interface ServiceProcessOptions {
  readonly name: 'orders' | 'fulfilment';
  readonly env: Readonly<Record<string, string>>;
  /** Gets each line that the service writes. */
  readonly onLine: (line: string) => void;
}

/** A service in a process of its own. */
export interface ServiceProcess {
  /** Resolves when the service says that it is ready; rejects with its last words when it ends before. */
  readonly ready: Promise<void>;
  /** SIGTERM, and SIGKILL to what is still there 12 s later. Resolves when the process is gone. May be called again. */
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** Starts `services/<name>/src/main.ts` with the SDK in front of it, as its `npm start` does with the built one. */
export function startService({ name, env, onLine }: ServiceProcessOptions): ServiceProcess {
  const child = spawn(
    process.execPath,
    ['--conditions=@tracelink/source', '--import', '@tracelink/sdk/register', `services/${name}/src/main.ts`],
    // A group of its own: Ctrl-C is for the demo, which stops its services in order.
    { cwd: root, env: { ...process.env, ...env, OTEL_SERVICE_NAME: name }, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const gone = once(child, 'exit');
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);

  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (lastLines.push(line) > 5) lastLines.shift();
      if (line.includes('"msg":"Ready"')) resolve();
      onLine(line);
    });
  }
  child.once('close', (code, signal) => {
    reject(new Error([`The ${name} service ended (${signal ?? `exit code ${code}`}) before it was ready.`, ...lastLines].join('\n')));
  });
  child.once('error', reject);
  // Who stops the service early does not wait for it to become ready.
  ready.catch(() => {});

  const stop = async (): Promise<void> => {
    const timer = setTimeout(kill, 12_000);
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await gone;
    clearTimeout(timer);
    process.off('exit', kill);
  };
  return { ready, stop };
}
