import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { inTime } from '../brokers/in-time.ts';
import { readJournal, type Boundary, type Entry } from '../judge/journal.ts';
import type { ClientName } from './clients/clients.ts';
import type { MemberTimes } from './clients/member-client.ts';
import type { Mutant } from './mutants.ts';

/** The settings of a member. */
export interface MemberTask extends MemberTimes {
  /** The client library that it is made with. */
  readonly client: ClientName;
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly groupId: string;
  /** Keys and partitions that are handled at the same time. */
  readonly keys: number;
  readonly partitions: number;
  /** Where it starts when its group is new. */
  readonly fromBeginning: boolean;
  /** The delays of its retry topics; none: it has no such topics. */
  readonly retryDelays: readonly string[];
  /** Whether messages wait in place instead, and their partition with them. */
  readonly isStrict: boolean;
  /** `false`: a message that failed in all its attempts blocks its partition. */
  readonly deadLetters: boolean;
  /** Milliseconds that its process stays after its drain. */
  readonly lingers: number;
  /** The numbers of messages whose handler never ends. */
  readonly stuck: readonly number[];
  /** The moment at which it stops, when it comes there for the `nth` time. */
  readonly holdAt?: { readonly boundary: Boundary; readonly nth: number };
  /** Milliseconds that its `Date` is ahead of this machine's; below 0: behind. */
  readonly clockShift: number;
  /** The error that it makes on purpose. */
  readonly mutant: Mutant | undefined;
}

/** The parent's requests to a member. */
export type Command = 'resume' | 'drain';

const program = fileURLToPath(new URL('member-child.ts', import.meta.url));
const clock = new URL('shift-clock.ts', import.meta.url).href;

// Milliseconds: more than the longest drain.
const patience = 30_000;

/** A consumer of the group, in a process that can be killed. */
export class Member {
  readonly number: number;
  /** Resolves once it consumes; rejects with its last output when it ends before. */
  readonly joined: Promise<void>;
  /** Resolves when the process is gone and all its reports have been read. */
  readonly gone: Promise<void>;
  readonly #child: ChildProcess;
  #fate: 'alive' | 'killed' | 'drained' = 'alive';

  /** @param onEntry called with its reports, in order */
  constructor(number: number, task: MemberTask, onEntry: (entry: Entry) => void) {
    this.number = number;
    const flags = ['--conditions=@tracelink/source', '--disable-warning=TimeoutNegativeWarning'];
    const shifted = task.clockShift === 0 ? [] : ['--import', `${clock}?${task.clockShift}`];
    // A process group of its own: Ctrl-C is for the parent, which ends its members itself.
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

  /** Stops the whole process, heartbeats included, until `thaw`. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  /** Calls `resume()`. */
  resume(): void {
    this.#tell('resume');
  }

  /** Makes it drain and leave. @throws when it does not end */
  async drain(): Promise<void> {
    this.#fate = 'drained';
    this.#tell('drain');
    await inTime(this.gone, { what: `Member ${this.number} ends`, within: patience });
  }

  #tell(command: Command): void {
    if (this.#child.connected) this.#child.send(command);
  }
}
