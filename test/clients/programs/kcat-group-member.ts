import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';

/** kcat as a member of a group: what it says of its partitions, and the lines that it reads. */
export class GroupMember extends EventEmitter<{ change: [] }> {
  readonly partitions = new Set<number>();
  readonly lines: string[] = [];
  readonly #child: ChildProcess;

  constructor(kcat: string, bootstrap: string, topic: string, assignor: string) {
    super();
    const config = [`partition.assignment.strategy=${assignor}`, 'heartbeat.interval.ms=100', 'auto.offset.reset=earliest'];
    const args = ['-b', bootstrap, '-u', '-J', '-G', topic, ...config.flatMap((pair) => ['-X', pair]), topic];
    const child = spawn(kcat, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    createInterface(child.stdout).on('line', (line) => {
      this.lines.push(line);
      this.emit('change');
    });
    createInterface(child.stderr).on('line', (line) => this.#onStatus(line));
  }

  /** Lets it leave the group, which commits what it read. */
  async end(): Promise<void> {
    this.#child.kill('SIGTERM');
    await once(this.#child, 'close');
  }

  /** Such as `% Group g rebalanced (memberid m): assigned: topic [0], topic [2]`, or `incremental revoke of 1 partition(s)`. */
  #onStatus(line: string): void {
    const what = /rebalanced.* (assign|revoke)/.exec(line)?.[1];
    if (what === undefined) return;
    for (const [, partition] of line.matchAll(/ \[(\d+)\]/g)) {
      if (what === 'assign') this.partitions.add(Number(partition));
      else this.partitions.delete(Number(partition));
    }
    this.emit('change');
  }
}

/** Resolves with the partitions of each member when they have as many as they should. */
export async function atRest(members: readonly GroupMember[], sizes: readonly number[]): Promise<number[][]> {
  await until(members, () => members.every(({ partitions }, index) => partitions.size === sizes[index]));
  return members.map(({ partitions }) => [...partitions].toSorted((a, b) => a - b));
}

/** Waits for changes of members until `holds`; who started this program ends it when that takes too long. */
export async function until(members: readonly GroupMember[], holds: () => boolean): Promise<void> {
  while (!holds()) await Promise.race(members.map((member) => once(member, 'change')));
}
