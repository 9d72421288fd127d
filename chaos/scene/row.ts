import type { Traffic } from '../judge/message.ts';
import type { Outcome } from '../judge/ledger.ts';
import type { MemberOptions, Scene } from './scene.ts';

/** A topic and the group that reads it. */
export interface Place {
  readonly topic: string;
  readonly groupId: string;
}

/** One fault, and the messages that are under way while it happens. */
export interface Row {
  /** As `--only` takes it. */
  readonly name: string;
  /** What happens, in a line. */
  readonly title: string;
  readonly traffic: Traffic;
  /** Where it happens. @default a topic and a group named after the row */
  readonly place?: Place;
  /** Another topic and its group, which get the same messages and must come to no harm. @default none */
  readonly neighbour?: Place;
  /** What its members may tell, as it is the fault: in other rows it is a violation. */
  readonly causes?: 'crashed' | 'refused';
  /** How its members differ from those of other rows. */
  readonly member?: MemberOptions;
  /**
   * Lets members join and harms them, or the brokers, while they work. Leaves behind a cluster that works and a member that is alive.
   *
   * @throws when the fault cannot be caused
   */
  readonly fault: (scene: Scene, neighbour: Scene | undefined) => Promise<void>;
  /** What must hold beside what holds for every row. @returns what does not, in words */
  readonly expects?: (outcome: Outcome, scene: Scene) => string | undefined;
}

/** A fault that cannot be caused on this machine; the message says what it lacks. Nothing is wrong with the members. */
export class Skipped extends Error {}
