import type { ApiError } from '../core/error-codes.ts';
import { type ConfigDefinition, int } from './config-definition.ts';
import { valueProblem } from './config-value.ts';

/** A config of a group of the consumer protocol. */
interface GroupConfigDefinition extends ConfigDefinition {
  readonly default: string;
  /** The broker config that gives the default. */
  readonly brokerName: string;
  /** The largest allowed number. */
  readonly max: number;
}

const sessionTimeout = 'consumer.session.timeout.ms';
const heartbeatInterval = 'consumer.heartbeat.interval.ms';

/**
 * The configs of a group and their defaults. Apache Kafka's `group.consumer.min.*` are higher: 45000 for sessions and 5000 for heartbeats.
 * Source: Apache Kafka 4.4, "Group Configs".
 */
export const groupConfigs: Readonly<Record<string, GroupConfigDefinition>> = {
  [sessionTimeout]: { ...int('45000', 1), max: 60_000, brokerName: 'group.consumer.session.timeout.ms' },
  [heartbeatInterval]: { ...int('5000', 1), max: 15_000, brokerName: 'group.consumer.heartbeat.interval.ms' },
  'consumer.assignment.interval.ms': { ...int('1000'), max: 15_000, brokerName: 'group.consumer.assignment.interval.ms' },
};

/** Why a config must not be set for a group; `undefined` when it may be. */
export function groupConfigProblem(name: string, value: string): ApiError | undefined {
  const definition = groupConfigs[name];
  const message = definition === undefined ? `Unknown group config name: ${name}` : problemOf(definition, name, value);
  return message === undefined ? undefined : { error: 'INVALID_CONFIG', message };
}

function problemOf(definition: GroupConfigDefinition, name: string, value: string): string | undefined {
  const { min = 0, max } = definition;
  const isTooLarge = Number(value) > max;
  return isTooLarge ? `${name} must be in the range ${min} to ${max} inclusive.` : valueProblem(definition, name, value);
}

/** Why configs of a group do not go together; `undefined` when they do. @param value of a config, set or default */
export function groupConfigsProblem(value: (name: string) => string | undefined): ApiError | undefined {
  if (Number(value(sessionTimeout)) > Number(value(heartbeatInterval))) return undefined;
  return { error: 'INVALID_CONFIG', message: `${sessionTimeout} must be greater than ${heartbeatInterval}` };
}
