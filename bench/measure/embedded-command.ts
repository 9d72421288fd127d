import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A broker in another process. */
export interface BrokerProcess extends AsyncDisposable {
  readonly brokers: string[];
}

/** The command of embedded-kafka, as a user starts it. Ctrl-C does not reach it: it ends after those that use it. */
export async function startEmbeddedCommand(): Promise<BrokerProcess> {
  const main = fileURLToPath(import.meta.resolve('../../packages/embedded-kafka/src/command/main.ts'));
  const child = spawn(process.execPath, [...process.execArgv, main, '--port', '0'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    brokers: [String(line).trim().replace('embedded-kafka listens on ', '')],
    async [Symbol.asyncDispose]() {
      child.kill();
      await closed;
    },
  };
}
