import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Violation } from '../judge/journal.ts';
import type { Plan } from '../plan/plan.ts';
import { PlanProcess, type PlanResult } from './plan-process.ts';

// In each process; they mostly wait.
const atOnceEach = 4;

const frozen: PlanResult = {
  sent: 0,
  violations: [{ kind: 'frozen', text: 'the process stands still: something never gives the event loop back' }],
};

/** The file of a process that runs plans, by the folder of the search that it belongs to. */
export function childFile(folder: URL = new URL('../', import.meta.url)): string {
  return fileURLToPath(new URL('run/plan-child.ts', folder));
}

/** Runs plans in processes of their own. */
export class PlanRunner {
  readonly #file: string;
  readonly #processes: PlanProcess[] = [];
  readonly #late = new Map<number, readonly Violation[]>();
  #last = 0;

  /** @param file see {@link childFile} */
  constructor(file: string) {
    this.#file = file;
  }

  /** Plans that are worth to be run at the same time. */
  get atOnce(): number {
    return atOnceEach * Math.min(2, availableParallelism());
  }

  /**
   * Runs a plan; one whose process comes to a standstill has another one to itself, to see whether it was the one.
   *
   * @returns with what {@link end} gives what came late
   */
  async run(plan: Plan): Promise<PlanResult & { readonly run: number }> {
    const run = ++this.#last;
    const result = await this.#process().run(run, plan);
    if (result !== 'frozen') return { ...result, run };
    const own = this.#start();
    const again = await own.run(run, plan);
    await own.end();
    return { ...(again === 'frozen' ? frozen : again), run };
  }

  /** Ends all processes. @returns what came of plans after their end, by run */
  async end(): Promise<ReadonlyMap<number, readonly Violation[]>> {
    await Promise.all(this.#processes.map((each) => each.end()));
    return this.#late;
  }

  /** At once. */
  kill(): void {
    for (const each of this.#processes) each.kill();
  }

  #process(): PlanProcess {
    const living = this.#processes.filter(({ isGone }) => !isGone);
    const [least] = living.toSorted((one, other) => one.load - other.load);
    if (least !== undefined && (least.load < atOnceEach || living.length * atOnceEach >= this.atOnce)) return least;
    const started = this.#start();
    this.#processes.push(started);
    return started;
  }

  #start(): PlanProcess {
    return new PlanProcess(this.#file, (run, violations) => this.#late.set(run, violations));
  }
}
