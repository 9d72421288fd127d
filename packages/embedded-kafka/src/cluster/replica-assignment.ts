import type { ApiError } from '../core/error-codes.ts';
import type { Nodes } from './nodes.ts';

const those = 'The manual partition assignment includes';

/**
 * Why the brokers that a request names for one partition cannot have it; `undefined` when they can.
 *
 * @param brokers the number of brokers; their ids start at 1
 */
export function replicasProblem(replicas: readonly number[], brokers: number): string | undefined {
  if (replicas.length === 0) return `${those} an empty replica list.`;
  const unknown = replicas.find((id) => !(id >= 1 && id <= brokers));
  if (unknown !== undefined) return `${those} broker ${unknown}, but no such broker is registered.`;
  const twice = replicas.find((id, index) => replicas.indexOf(id) !== index);
  return twice === undefined ? undefined : `${those} the broker ${twice} more than once.`;
}

/** The first problem of the replicas of several new partitions, which must be equally many, and of each one must be up. */
export function assignmentsProblem(assignments: readonly (readonly number[])[], nodes: Nodes): ApiError | undefined {
  const [factor] = assignments.map(({ length }) => length);
  for (const replicas of assignments) {
    const uneven = `${those} a partition with ${replicas.length} replica(s), where the one before has ${factor}.`;
    const down = replicas.some((id) => nodes.isUp(id)) ? undefined : `${those} a partition whose brokers are all down.`;
    const message = replicasProblem(replicas, nodes.all.length) ?? (replicas.length === factor ? down : uneven);
    if (message !== undefined) return { error: 'INVALID_REPLICA_ASSIGNMENT', message };
  }
  return undefined;
}

/** The leaders that the assigned partitions begin with: of each, the first replica whose broker is up. */
export function leadersOf(assignments: readonly (readonly number[])[], nodes: Nodes): number[] {
  return assignments.flatMap((replicas) => replicas.find((id) => nodes.isUp(id)) ?? replicas.slice(0, 1));
}
