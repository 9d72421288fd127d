import { brokerConfigs, brokerNameOf } from './broker-config.ts';
import { configSources } from './config-definition.ts';
import { topicConfigs } from './topic-config.ts';

/** A value that a config has from one source; of several, the first applies. */
export interface ConfigSynonym {
  readonly name: string;
  readonly value: string | null;
  readonly source: number;
}

/** The configs of all brokers: what was set for one, what was set for all, and what they started with. */
export class BrokerConfigs {
  readonly #atStart: ReadonlyMap<string, string>;
  /** By the id of a broker; empty for all brokers. */
  readonly #set = new Map<string, ReadonlyMap<string, string>>();

  /** @param atStart values that an option gives to all brokers */
  constructor(atStart: ReadonlyMap<string, string>) {
    this.#atStart = atStart;
  }

  /** The configs that were set while the brokers run. @param broker its id, or empty for all brokers */
  setFor(broker: string): ReadonlyMap<string, string> {
    return this.#set.get(broker) ?? new Map();
  }

  /** Replaces the configs that were set. @param broker its id, or empty for all brokers */
  replace(broker: string, configs: ReadonlyMap<string, string>): void {
    this.#set.set(broker, configs);
  }

  /** The values of a config of a broker, the one that applies first. */
  synonyms(name: string, nodeId: number): ConfigSynonym[] {
    const initial = name === 'broker.id' ? String(nodeId) : this.#atStart.get(name);
    const fallback = brokerConfigs[name]?.default ?? undefined;
    const values: [string | undefined, number][] = [
      [this.setFor(String(nodeId)).get(name), configSources.broker],
      [this.setFor('').get(name), configSources.clusterWide],
      [initial === fallback ? undefined : initial, configSources.atStart],
      [fallback, configSources.default],
    ];
    return values.flatMap(([value, source]) => (value === undefined ? [] : [{ name, value, source }]));
  }

  /** The values that a topic config has from a broker, the one that applies first; empty when it is Kafka's own default. */
  topicSynonyms(name: string, nodeId: number): ConfigSynonym[] {
    const brokerName = brokerNameOf(name);
    return brokerName === undefined ? [] : this.synonyms(brokerName, nodeId);
  }

  /** The value of a topic config that is not set for the topic. */
  topicDefault(name: string, nodeId: number): string | undefined {
    return this.topicSynonyms(name, nodeId)[0]?.value ?? topicConfigs[name]?.default;
  }
}
