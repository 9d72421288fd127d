import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from '../../clients/support/client.ts';

const graceMs = 5_000;

/** A framework's program that runs until it is stopped. */
export interface Program extends AsyncDisposable {
  /** Rejects when the program ends by itself, with its last words. Never resolves. */
  readonly failed: Promise<never>;
  /** What it said last, a line each. */
  readonly words: readonly string[];
}

/** Starts a program in a process group of its own, so that whatever it starts ends with it. */
export function startProgram({ file, args, cwd, env }: Command, variables: Readonly<Record<string, string>>): Program {
  const child = spawn(file, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const words: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      words.push(...text.split('\n').filter((line) => line.trim() !== ''));
      words.splice(0, Math.max(0, words.length - 30));
    });
  const ended = once(child, 'close');
  let isStopping = false;
  const failed = ended.then(
    ([code, signal]) =>
      isStopping ? new Promise<never>(() => {}) : Promise.reject(new Error(`it ended with ${code ?? signal}:\n${words.join('\n')}`)),
    (error: unknown) => Promise.reject(error),
  );
  failed.catch(() => {});
  return {
    failed,
    words,
    async [Symbol.asyncDispose]() {
      isStopping = true;
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      process.kill(-child.pid, 'SIGTERM');
      const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
