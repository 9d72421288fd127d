import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs the docker command and returns its output. @throws with docker's error output */
export async function docker(...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run('docker', [...args]);
    return stdout.trim();
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim();
    throw new Error(`docker ${args[0]}: ${said || String(cause)}`, { cause });
  }
}
