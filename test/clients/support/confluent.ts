import { delimiter } from 'node:path';
import type { Client } from './client.ts';
import { installed, program, step } from './installed.ts';

const version = '1.10.1';

/**
 * Confluent's client for Node, librdkafka again. It installs and runs with the machine's own Node: where no binary for it can be
 * downloaded, npm builds one, which takes minutes and needs that Node's headers and a C++ compiler.
 */
export const confluent: Client = {
  name: `@confluentinc/kafka-javascript ${version}`,
  scenarios: ['messages', 'members', 'transactions', 'admin'],
  // What is built where zstd's headers are not has no zstd.
  codecs: ['none', 'gzip', 'snappy', 'lz4'],
  assignors: ['range', 'cooperative-sticky'],
  without: ['config', 'maximal timestamp', 'cluster'],
  async install() {
    // With the libraries of the system: the sources of those that would go into the binary would have to be downloaded too.
    const env = { ...machineEnvironment(), CKJS_LINKING: 'dynamic' };
    const folder = await installed(`confluent-${version}`, (fresh) => {
      const args = ['install', '--prefix', fresh, '--no-audit', '--no-fund', '--no-save', `@confluentinc/kafka-javascript@${version}`];
      return step('npm', args, { cwd: fresh, env });
    });
    await step('node', ['-e', "require('@confluentinc/kafka-javascript')"], { cwd: folder, env });
    return { file: 'node', args: [program('confluent.mjs')], cwd: folder, env };
  },
};

/** The environment without what npm adds for a script of this repository. */
function machineEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, PATH = '', ...others } = process.env;
  const kept = Object.entries(others).filter(([name]) => !name.startsWith('npm_'));
  const path = PATH.split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter) };
}
