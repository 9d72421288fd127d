import type { Traffic } from './message.ts';
import type { Outcome } from './ledger.ts';
import type { MemberOptions, Scene } from './scene.ts';

/** One fault, and the messages that are under way while it happens. */
export interface Row {
  /** As `--only` takes it. */
  readonly name: string;
  /** What happens, in a line. */
  readonly title: string;
  readonly traffic: Traffic;
  /** Whether members go on that the group believes dead: these may begin again what another one has committed. @default false */
  readonly hasZombies?: boolean;
  /** How its members differ from those of other rows. */
  readonly member?: MemberOptions;
  /**
   * Lets members join and harms them, or the brokers, while they work. Leaves behind a cluster that works and a member that is alive.
   *
   * @throws when the fault cannot be caused
   */
  readonly fault: (scene: Scene) => Promise<void>;
  /** What must hold beside what holds for every row. @returns what does not, in words */
  readonly expects?: (outcome: Outcome, scene: Scene) => string | undefined;
}
