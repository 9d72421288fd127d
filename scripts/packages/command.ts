import { execFile } from 'node:child_process';

/** What a command said, and how it ended. */
export interface CommandResult {
  readonly ok: boolean;
  readonly stdout: string;
  /** One text of the command, why it failed, and all it said; for a failure. */
  readonly failure: string;
}

/** Runs a command to its end; a failure is a result. */
export function runCommand(command: string, args: readonly string[], cwd = '.'): Promise<CommandResult> {
  // NODE_OPTIONS could bring the source condition along, and the tarball would pass by the sources beside it.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { promise, resolve } = Promise.withResolvers<CommandResult>();
  const options = { cwd, env: { ...env, FORCE_COLOR: '0' }, timeout: 300_000, maxBuffer: 64_000_000 };
  execFile(command, [...args], options, (error, stdout, stderr) => {
    const reason = error === null ? '' : `${command} ${args[0]}: ${error.code ?? error.signal ?? error.message}\n${stdout}${stderr}`;
    resolve({ ok: error === null, stdout, failure: reason });
  });
  return promise;
}

/** Maps with two at work, as a machine may have no more cores: the answers are in the order of `items`. */
export async function mapInPairs<T, R>(items: readonly T[], map: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  const queue = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) answers[index] = await map(item);
  };
  await Promise.all([work(), work()]);
  return answers;
}
