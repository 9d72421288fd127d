import type { Client } from './client.ts';
import { program, step } from './installed.ts';

const groups = ['group', 'committed', 'listed group', 'deleted group'];
const transactions = ['transactional offsets', 'fencing'];

/** librdkafka by its command: Debian's package, installed where it is missing and may be. */
export const kcat: Client = {
  name: 'kcat',
  scenarios: ['messages', 'members', 'transactions', 'admin'],
  codecs: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
  assignors: ['range', 'cooperative-sticky'],
  without: ['second creation', 'config', 'earliest', 'maximal timestamp', 'timestamp', 'deleted topic', ...groups, ...transactions],
  topics: (scenario, name) => {
    if (scenario === 'members') return { [`${name}-range`]: 4, [`${name}-cooperative-sticky`]: 4 };
    return { [name]: 3 };
  },
  async install() {
    // Older systems have it under its older name.
    const file = (await firstThere('kcat', 'kafkacat')) ?? (await aptInstalled());
    return { file: process.execPath, args: [program('kcat.ts'), file] };
  },
};

async function firstThere(...names: string[]): Promise<string | undefined> {
  for (const name of names) {
    const isThere = await step(name, ['-V']).then(
      () => true,
      () => false,
    );
    if (isThere) return name;
  }
  return undefined;
}

async function aptInstalled(): Promise<string> {
  if (process.getuid?.() !== 0) throw new Error('it is not installed, and only root may install it');
  await step('apt-get', ['install', '--yes', '--no-install-recommends', 'kcat']);
  return 'kcat';
}
