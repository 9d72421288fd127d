import type { Client } from './client.ts';
import { installed, program, step } from './installed.ts';

/** franz-go with kadm, built from programs/franz-go with the versions of its go.mod. */
export const franzGo: Client = {
  name: 'franz-go 1.22.2',
  scenarios: ['messages', 'members', 'statics', 'transactions', 'admin'],
  codecs: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
  assignors: ['range', 'cooperative-sticky'],
  async install() {
    // Go keeps what it downloads and builds by itself, so that this is quick from the second time on.
    const folder = await installed('franz-go', async () => {});
    await step('go', ['build', '-o', `${folder}/client`, '.'], { cwd: program('franz-go') });
    return { file: `${folder}/client`, args: [] };
  },
};
