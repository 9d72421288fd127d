import type { ConsumerGroupConfig } from '../groups/any/group-config.ts';
import type { BrokerConfigs, ConfigSynonym } from './broker-configs.ts';
import { configSources } from './config-definition.ts';
import { groupConfigs } from './group-config.ts';

/** What was set for groups, and where the rest comes from. */
export class GroupConfigs {
  readonly #brokerConfigs: BrokerConfigs;
  readonly #set = new Map<string, ReadonlyMap<string, string>>();

  constructor(brokerConfigs: BrokerConfigs) {
    this.#brokerConfigs = brokerConfigs;
  }

  setFor(groupId: string): ReadonlyMap<string, string> {
    return this.#set.get(groupId) ?? new Map();
  }

  /** Replaces the configs that were set for a group, which need not exist. */
  replace(groupId: string, configs: ReadonlyMap<string, string>): void {
    this.#set.set(groupId, configs);
  }

  /** The values of a config of a group, the one that applies first. @param nodeId the group's coordinator */
  synonyms(name: string, groupId: string, nodeId: number): ConfigSynonym[] {
    const value = this.setFor(groupId).get(name);
    const own = value === undefined ? [] : [{ name, value, source: configSources.group }];
    return [...own, ...this.#brokerConfigs.synonyms(groupConfigs[name]?.brokerName ?? '', nodeId)];
  }

  /** The settings of a group of the consumer protocol. @param nodeId its coordinator */
  of(groupId: string, nodeId: number): ConsumerGroupConfig {
    const number = (name: string): number => Number(this.synonyms(name, groupId, nodeId)[0]?.value ?? groupConfigs[name]?.default);
    return {
      sessionTimeoutMs: number('consumer.session.timeout.ms'),
      heartbeatIntervalMs: number('consumer.heartbeat.interval.ms'),
      assignmentIntervalMs: number('consumer.assignment.interval.ms'),
    };
  }
}
