import type { Admin } from 'kafkajs';
import { errorMessage } from '../error-type.ts';
import { KafkaTracingError } from '../kafka-tracing-error.ts';
import type { DeadLetterTopic } from './dead-letters.ts';

/** Kafka's rule for names of topics. */
const legalName = /^[a-zA-Z0-9._-]{1,249}$/;

/**
 * Finds the topic that takes the dead letters of each of `topics`; creates those that are not there, each with the partitions of
 * its source.
 *
 * @param nameOf the name of the dead-letter topic of a topic; `undefined`: there are to be none
 * @throws {KafkaTracingError} `topic_missing`: names the sources that are not there, or what could not be created;
 *   `invalid_option`: a name that Kafka does not allow
 */
export async function deadLetterTopics(
  admin: Admin,
  topics: readonly string[],
  nameOf: ((topic: string) => string) | undefined,
): Promise<ReadonlyMap<string, DeadLetterTopic>> {
  const existing = new Set(await admin.listTopics());
  const absent = topics.filter((topic) => !existing.has(topic));
  if (absent.length > 0) throw new KafkaTracingError('topic_missing', `subscribe cannot find ${list(absent)}: create it first.`);
  if (nameOf === undefined) return new Map();
  const partitions = await partitionCounts(admin, topics);
  const names = new Map(topics.map((topic) => [topic, checkedName(nameOf(topic), topic)]));
  const missing = topics.filter((topic) => !existing.has(names.get(topic) as string));
  if (missing.length > 0) {
    const wanted = missing.map((topic) => ({ topic: names.get(topic) as string, numPartitions: partitions.get(topic) as number }));
    try {
      await admin.createTopics({ topics: wanted, waitForLeaders: true });
    } catch (error) {
      const described = wanted.map(({ topic, numPartitions }) => `"${topic}" (${numPartitions} partitions)`).join(', ');
      throw new KafkaTracingError(
        'topic_missing',
        `subscribe could not create its dead-letter topics: ${described}. Create them, or name others by deadLetter.topic. The broker said: ${errorMessage(error)}`,
      );
    }
  }
  const counts = await partitionCounts(admin, [...names.values()]);
  return new Map([...names].map(([topic, name]) => [topic, { name, partitions: counts.get(name) ?? 0 }]));
}

async function partitionCounts(admin: Admin, topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { topics: found } = await admin.fetchTopicMetadata({ topics: [...new Set(topics)] });
  return new Map(found.map(({ name, partitions }) => [name, partitions.length]));
}

function checkedName(name: string, source: string): string {
  if (legalName.test(name)) return name;
  throw new KafkaTracingError(
    'invalid_option',
    `"${name}" cannot be the name of the dead-letter topic of "${source}": give another by deadLetter.topic, of up to 249 letters, digits, ".", "_" or "-".`,
  );
}

function list(topics: readonly string[]): string {
  return topics.map((topic) => `the topic "${topic}"`).join(', ');
}
