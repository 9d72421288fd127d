import type { Admin } from 'kafkajs';
import { errorMessage } from '../error-type.ts';
import { KafkaTracingError } from '../kafka-tracing-error.ts';

/** A topic that stands beside another: it takes dead letters, or messages that are tried later. */
export interface CompanionTopic {
  readonly name: string;
  readonly partitions: number;
}

/** How the companions of one kind are called. */
export interface Naming {
  readonly kind: 'dead-letter' | 'retry';
  readonly nameOf: (topic: string) => string;
}

/** Kafka's rule for names of topics. */
const legalName = /^[a-zA-Z0-9._-]{1,249}$/;

const optionOf = { 'dead-letter': 'deadLetter.topic', retry: 'retryTopics.topic' } as const;

/**
 * Finds the companions of each of `topics`; creates those that are not there, each with the partitions of its source.
 *
 * @returns for each naming the companions by their source
 * @throws {KafkaTracingError} `topic_missing`: names the sources that are not there, or what could not be created;
 *   `invalid_option`: a name that Kafka does not allow, or that is taken
 */
export async function companionTopics(
  admin: Admin,
  topics: readonly string[],
  namings: readonly Naming[],
): Promise<readonly ReadonlyMap<string, CompanionTopic>[]> {
  const existing = new Set(await admin.listTopics());
  const absent = topics.filter((topic) => !existing.has(topic));
  if (absent.length > 0) throw new KafkaTracingError('topic_missing', `subscribe cannot find ${list(absent)}: create it first.`);
  const named = checkedNames(topics, namings);
  if (named.length === 0) return [];
  const partitions = await partitionCounts(admin, topics);
  const missing = new Map(
    named
      .filter(({ name }) => !existing.has(name))
      .map(({ name, source, kind }) => [name, { kind, numPartitions: partitions.get(source) as number }]),
  );
  if (missing.size > 0) {
    const wanted = [...missing].map(([topic, { numPartitions }]) => ({ topic, numPartitions }));
    try {
      await admin.createTopics({ topics: wanted, waitForLeaders: true });
    } catch (error) {
      const kinds = [...new Set([...missing.values()].map(({ kind }) => kind))];
      const described = wanted.map(({ topic, numPartitions }) => `"${topic}" (${numPartitions} partitions)`).join(', ');
      throw new KafkaTracingError(
        'topic_missing',
        `subscribe could not create its ${kinds.join(' and ')} topics: ${described}. Create them, or name others by ${kinds.map((kind) => optionOf[kind]).join(' and ')}. The broker said: ${errorMessage(error)}`,
      );
    }
  }
  const names = named.map(({ name }) => name);
  const counts = await partitionCounts(admin, names);
  return namings.map(
    (naming) =>
      new Map(
        named
          .filter((companion) => companion.naming === naming)
          .map(({ source, name }) => [source, { name, partitions: counts.get(name) ?? 0 }]),
      ),
  );
}

interface Named {
  readonly naming: Naming;
  readonly kind: Naming['kind'];
  readonly source: string;
  readonly name: string;
}

function checkedNames(topics: readonly string[], namings: readonly Naming[]): readonly Named[] {
  const taken = new Map(topics.map((topic) => [topic, `it is one of the topics`]));
  return namings.flatMap((naming) =>
    topics.map((source): Named => {
      const { kind } = naming;
      const name = naming.nameOf(source);
      if (typeof name !== 'string' || !legalName.test(name))
        throw refused(name, kind, source, 'of up to 249 letters, digits, ".", "_" or "-"');
      const by = taken.get(name);
      if (by !== undefined) throw refused(name, kind, source, `as ${by}`);
      // Dead letters say where they came from, so that one topic can take those of many. What is tried later has to go back.
      if (kind === 'retry') taken.set(name, 'it is the retry topic of another');
      return { naming, kind, source, name };
    }),
  );
}

function refused(name: string, kind: Naming['kind'], source: string, why: string): KafkaTracingError {
  return new KafkaTracingError(
    'invalid_option',
    `"${name}" cannot be the name of the ${kind} topic of "${source}": give another by ${optionOf[kind]}, ${why}.`,
  );
}

async function partitionCounts(admin: Admin, topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { topics: found } = await admin.fetchTopicMetadata({ topics: [...new Set(topics)] });
  return new Map(found.map(({ name, partitions }) => [name, partitions.length]));
}

function list(topics: readonly string[]): string {
  return topics.map((topic) => `the topic "${topic}"`).join(', ');
}
