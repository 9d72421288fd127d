import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** A process of the command line. */
type Command = ChildProcessByStdio<null, Readable, Readable>;

/** How a process ended, and its output. */
interface CommandEnd {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command line, in processes that are killed after their test if they still run. */
export interface TestCommand {
  readonly start: (...args: string[]) => Command;
  readonly startWith: (env: Record<string, string>, ...args: string[]) => Command;
  readonly ended: (child: Command) => Promise<CommandEnd>;
  readonly run: (...args: string[]) => Promise<CommandEnd>;
}

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** Call it inside `describe`. @param brokers the brokers in the command's environment */
export function useCommand(brokers: () => readonly string[]): TestCommand {
  const running: Command[] = [];
  afterEach('kill what still runs', () => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });
  const command: TestCommand = {
    startWith(env, ...args) {
      const child = spawn(process.execPath, ['-C', '@tracelink/source', main, ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, KAFKA_BROKERS: brokers().join(','), ...env },
      });
      running.push(child);
      return child;
    },
    start: (...args) => command.startWith({}, ...args),
    async ended(child) {
      const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
      return { code: code as number | null, out, err };
    },
    run: (...args) => command.ended(command.start(...args)),
  };
  return command;
}
