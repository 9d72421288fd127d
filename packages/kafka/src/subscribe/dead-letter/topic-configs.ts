import kafkajs, { type Admin } from 'kafkajs';

/** The settings of a topic that its retry and dead-letter topics take over; `undefined` where they are not known. */
export interface TopicConfig {
  /** Milliseconds; -1 is for ever. */
  readonly retention: bigint | undefined;
  readonly maxMessageBytes: bigint | undefined;
}

const names = { retention: 'retention.ms', maxMessageBytes: 'max.message.bytes' } as const;

/** The settings in force, by topic. A client that may not see them gets none: then the broker's defaults apply. Never rejects. */
export async function topicConfigs(admin: Admin, topics: readonly string[]): Promise<ReadonlyMap<string, TopicConfig>> {
  try {
    const resources = [...new Set(topics)].map((name) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      configNames: Object.values(names),
    }));
    const { resources: described } = await admin.describeConfigs({ resources, includeSynonyms: false });
    return new Map(
      described.map(({ resourceName, configEntries }) => {
        const of = (name: string): bigint | undefined => {
          const value = configEntries.find((entry) => entry.configName === name)?.configValue;
          return typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? BigInt(value) : undefined;
        };
        return [resourceName, { retention: of(names.retention), maxMessageBytes: of(names.maxMessageBytes) }];
      }),
    );
  } catch {
    return new Map();
  }
}
