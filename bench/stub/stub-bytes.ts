import { allocationFlags } from '../measure/allocated.ts';
import { runChild } from '../measure/run-child.ts';
import type { CaseName, Library } from '../measure/scenario.ts';
import type { StubSubject } from './prepared-call.ts';

/** What one library allocates in one case, sampled. */
export interface BytesSeries {
  readonly name: CaseName;
  readonly library: Library;
  /** Bytes a message over the bare call. */
  readonly added: number;
}

/** The cases that have a goal. */
const bytesNames: readonly CaseName[] = ['send-1', 'each-message', 'each-batch-100'];

/** Once for each: what code allocates does not depend on what else the machine does. */
export async function stubBytes(progress: (line: string) => void): Promise<BytesSeries[]> {
  const series: BytesSeries[] = [];
  for (const name of bytesNames) {
    progress(`${name}: bytes`);
    const [bare, ours, contrib] = await Promise.all(
      (['bare', 'ours-global', 'contrib'] as const).map((library) => bytesOf({ name, library, mode: 'sampled' })),
    );
    series.push({ name, library: 'ours-global', added: (ours ?? NaN) - (bare ?? NaN) });
    series.push({ name, library: 'contrib', added: (contrib ?? NaN) - (bare ?? NaN) });
  }
  return series;
}

function bytesOf(subject: StubSubject): Promise<number> {
  return runChild<number>('stub/bytes-child.ts', subject, allocationFlags);
}
