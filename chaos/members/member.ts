import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { inTime } from '../brokers/in-time.ts';
import { readJournal, type Boundary, type Entry } from '../judge/journal.ts';
import type { Mutant } from './mutants.ts';

/** What a member is started with. */
export interface MemberTask {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly groupId: string;
  /** Keys and partitions that are handled at the same time. */
  readonly keys: number;
  readonly partitions: number;
  /** Milliseconds. */
  readonly sessionTimeout: number;
  /** The most bytes of a partition that are fetched at once. */
  readonly fetchBytes: number;
  /** Where it begins when its group is new. */
  readonly fromBeginning: boolean;
  /** The waits of its retry topics; none: it has no such topics. */
  readonly retryTiers: readonly string[];
  /** Whether messages wait in their place instead, and their partition with them. */
  readonly isStrict: boolean;
  /** `false`: a message that is given up blocks its partition. */
  readonly deadLetters: boolean;
  /** Whether its client gives up when its requests fail, so that the subscription crashes. */
  readonly canCrash: boolean;
  /** Milliseconds that it lives on after its drain. */
  readonly lingers: number;
  /** The numbers of messages whose handler never ends. */
  readonly stuck: readonly number[];
  /** Where it stops dead, when it comes there for the `nth` time. */
  readonly holdAt?: { readonly boundary: Boundary; readonly nth: number };
  /** Milliseconds that its `Date` is ahead of this machine's; below 0: behind. */
  readonly clockShift: number;
  /** What it does wrong on purpose. */
  readonly mutant: Mutant | undefined;
}

/** What a member is told by its parent. */
export type Command = 'resume' | 'drain';

const program = fileURLToPath(new URL('member-child.ts', import.meta.url));
const clock = new URL('shift-clock.ts', import.meta.url).href;

// Milliseconds: more than the longest drain.
const patience = 30_000;

/** A consumer of the group, in a process that can be killed. */
export class Member {
  readonly number: number;
  /** Resolves once it consumes; rejects with its last words when it ends before. */
  readonly joined: Promise<void>;
  /** Resolves when the process is gone and all that it told has been read. */
  readonly gone: Promise<void>;
  readonly #child: ChildProcess;
  #fate: 'alive' | 'killed' | 'drained' = 'alive';

  /** @param onEntry gets all that it tells, in order */
  constructor(number: number, task: MemberTask, onEntry: (entry: Entry) => void) {
    this.number = number;
    const flags = ['--conditions=@tracelink/source', '--disable-warning=TimeoutNegativeWarning'];
    const shifted = task.clockShift === 0 ? [] : ['--import', `${clock}?${task.clockShift}`];
    // A group of its own: Ctrl-C is for the parent, which ends its members itself.
    const child = spawn(process.execPath, [...flags, ...shifted, program, JSON.stringify(task)], {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    this.#child = child;
    const { promise: joined, resolve, reject } = Promise.withResolvers<void>();
    const journal = readJournal(child.stdio[3] as Readable, number, (entry) => {
      if (entry.kind === 'joined') resolve();
      if (entry.kind === 'refused') reject(new Error(`Member ${number} could not join: ${entry.error}`));
      onEntry(entry);
    });
    const lastWords = text(child.stderr as Readable);
    this.joined = joined;
    this.gone = (async () => {
      const [[code]] = await Promise.all([once(child, 'close'), journal]);
      const error = new Error(`Member ${number} ended by itself: ${(await lastWords).slice(-2_000)}`);
      reject(error);
      if (this.#fate === 'alive' || (this.#fate === 'drained' && code !== 0)) throw error;
    })();
    joined.catch(() => {});
    this.gone.catch(() => {});
  }

  get isAlive(): boolean {
    return this.#fate === 'alive';
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.#fate = 'killed';
    this.#child.kill('SIGKILL');
    await this.gone;
  }

  /** Not even its heartbeats are sent, until `thaw`. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  /** Lets it go on with what is blocked. */
  resume(): void {
    this.#tell('resume');
  }

  /** Lets it drain and leave. @throws when it does not come to an end */
  async drain(): Promise<void> {
    this.#fate = 'drained';
    this.#tell('drain');
    await inTime(this.gone, { what: `Member ${this.number} ends`, within: patience });
  }

  #tell(command: Command): void {
    if (this.#child.connected) this.#child.send(command);
  }
}
