import type { Traffic } from '../judge/message.ts';
import type { Outcome } from '../judge/ledger.ts';
import type { MemberOptions, Scene } from './scene.ts';

/** A topic and the group that reads it. */
export interface Place {
  readonly topic: string;
  readonly groupId: string;
}

/** One fault, and the messages that are in flight while it happens. */
export interface Row {
  /** The name for `--only`. */
  readonly name: string;
  /** The fault, in one line. */
  readonly title: string;
  readonly traffic: Traffic;
  /** The topic and group. @default named after the row */
  readonly place?: Place;
  /** Another topic and its group, which get the same messages and must not be affected. @default none */
  readonly neighbour?: Place;
  /** Events that are part of the fault: in other rows they are violations. */
  readonly causes?: 'crashed' | 'refused';
  /** How its members differ from those of other rows. */
  readonly member?: MemberOptions;
  /**
   * Starts members and disturbs them, or the brokers, while they run. Leaves behind a healthy cluster and a member that is alive.
   *
   * @throws when the fault cannot be caused
   */
  readonly fault: (scene: Scene, neighbour: Scene | undefined) => Promise<void>;
  /** What must hold besides the rules for every row. @returns the violation, as a text */
  readonly expects?: (outcome: Outcome, scene: Scene) => string | undefined;
}

/** A fault that cannot be caused on this machine; the message says what is missing. It is no fault of the members. */
export class Skipped extends Error {}
