import { rangeAssignor } from './range-assignor.ts';
import type { Assignor } from './assignor.ts';
import { uniformAssignor } from './uniform-assignor.ts';

/** The assignors of the broker by their names. The first is taken when no member asks for one. */
export const assignors: ReadonlyMap<string, Assignor> = new Map([
  ['uniform', uniformAssignor],
  ['range', rangeAssignor],
]);

/** The names of {@link assignors}, in the order in which Apache Kafka lists them. */
export const assignorNames: readonly string[] = [...assignors.keys()];

/** The assignor that most members ask for; the first one when none asks. */
export function preferredAssignor(wanted: Iterable<string | null>): string {
  const votes = new Map<string, number>();
  for (const name of wanted) if (name !== null) votes.set(name, (votes.get(name) ?? 0) + 1);
  const [preferred] = [...votes].sort(([, a], [, b]) => b - a);
  return preferred?.[0] ?? assignorNames[0] ?? '';
}
