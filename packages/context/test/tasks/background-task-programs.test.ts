import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

/** What a program wrote; rejects when it ends with another exit code than 0. */
async function run(program: string, ...args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const file = join(import.meta.dirname, '../programs', program);
  return promisify(execFile)(process.execPath, ['--conditions=@tracelink/source', file, ...args], { timeout: 20_000 });
}

describe('a process with background tasks', () => {
  for (const traced of [[], ['--traced']]) {
    it(`has no unhandled rejection and no output on standard error whatever they do, ${traced.length === 0 ? 'without' : 'with'} an SDK`, async () => {
      const { stdout, stderr } = await run('nasty-tasks.ts', ...traced);
      expect(stderr).to.equal('');
      const { finished, failed, rejected, abandoned } = JSON.parse(stdout) as Record<string, unknown>;
      // Of those that asked for the drain, only a context manager can tell that it was a task that asked.
      expect(abandoned).to.deep.equal(traced.length === 0 ? ['task 4', 'task 5', 'task 9'] : ['task 4', 'task 5']);
      expect({ finished, failed, rejected }).to.deep.equal({ finished: 2, failed: traced.length === 0 ? 19 : 20, rejected: 1 });
    });
  }

  it('ends although the timeout of a task is pending', async () => {
    expect(await run('idle-tasks.ts')).to.deep.equal({ stdout: '', stderr: '' });
  });

  it('does not end before a drain has reported', async () => {
    expect(await run('drained-at-exit.ts')).to.deep.equal({ stdout: 'never', stderr: '' });
  });
});
