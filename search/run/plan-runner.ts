import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Violation } from '../judge/journal.ts';
import type { Plan } from '../plan/plan.ts';
import { PlanProcess, type PlanResult } from './plan-process.ts';

// In each process; plans mostly wait.
const atOnceEach = 4;

const frozen: PlanResult = {
  sent: 0,
  violations: [{ kind: 'frozen', text: 'the process is frozen: something blocks the event loop' }],
};

/** The file of a process that runs plans, in the folder of its search. */
export function childFile(folder: URL = new URL('../', import.meta.url)): string {
  return fileURLToPath(new URL('run/plan-child.ts', folder));
}

/** Runs plans in separate processes. */
export class PlanRunner {
  readonly #file: string;
  readonly #processes: PlanProcess[] = [];
  readonly #late = new Map<number, readonly Violation[]>();
  #last = 0;

  /** @param file see {@link childFile} */
  constructor(file: string) {
    this.#file = file;
  }

  /** The number of plans that are worth running at the same time. */
  get atOnce(): number {
    return atOnceEach * Math.min(2, availableParallelism());
  }

  /**
   * Runs a plan; one whose process froze runs again in a process of its own, to see whether it was the cause.
   *
   * @returns with the key under which {@link end} returns late violations
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

  /** Ends all processes. @returns violations after the ends of plans, by run */
  async end(): Promise<ReadonlyMap<number, readonly Violation[]>> {
    await Promise.all(this.#processes.map((each) => each.end()));
    return this.#late;
  }

  /** Immediately. */
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
