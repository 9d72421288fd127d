import { setTimeout as wait } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { errorType } from '../../core/error-type.ts';
import { passThrough } from '../port/delegate.ts';

// As kafkajs retries by default: milliseconds before the second attempt, doubled each time.
const attempts = 6;
const shortest = 300;

/** The answer was of a node that has died or no longer leads: another one, or the next one, can give it. */
const passing: ReadonlySet<string> = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSGroupCoordinatorNotFound',
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
  'NOT_CONTROLLER',
  'NOT_LEADER_FOR_PARTITION',
  'LEADER_NOT_AVAILABLE',
]);

/** What a broker answers for a while about a topic that another one has created, or it itself has, in KRaft mode. */
const passingBehindCreation: ReadonlySet<string> = new Set([...passing, 'UNKNOWN_TOPIC_OR_PARTITION']);

/** Requests that may be repeated: they change nothing, or, as for the creation of a topic, nothing more. */
const repeatable = [
  'listTopics',
  'fetchTopicMetadata',
  'describeConfigs',
  'describeCluster',
  'createTopics',
  'fetchOffsets',
  'fetchTopicOffsets',
  'fetchTopicOffsetsByTimestamp',
  'describeGroups',
] as const satisfies readonly (keyof Admin)[];

/**
 * An admin client whose requests survive the death of a node. kafkajs (2.2.4) repeats those of producers and consumers; an admin client
 * rejects when the one node that it chose does not answer, though the others would. Its `retry` settings apply to each attempt.
 */
export function patientAdmin(admin: Admin): Admin {
  // A request after the disconnect would connect again, for ever.
  const disconnected = new AbortController();
  const repeated = (name: (typeof repeatable)[number], passingErrors: ReadonlySet<string> = passing) => {
    const request = admin[name].bind(admin) as (...args: unknown[]) => Promise<unknown>;
    return async (...args: unknown[]): Promise<unknown> => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await request(...args);
        } catch (error) {
          if (attempt === attempts || disconnected.signal.aborted || !passingErrors.has(errorType(error))) throw error;
          await wait(shortest * 2 ** (attempt - 1), undefined, { signal: disconnected.signal }).catch(() => Promise.reject(error));
        }
      }
    };
  };
  const create = repeated('createTopics');
  const metadata = repeated('fetchTopicMetadata', passingBehindCreation);
  return passThrough(admin, {
    ...(Object.fromEntries(
      repeatable.filter((name) => typeof admin[name] === 'function').map((name) => [name, repeated(name)]),
    ) as Partial<Admin>),
    async createTopics({ waitForLeaders = true, ...query }) {
      const created = (await create({ ...query, waitForLeaders: false })) as boolean;
      // kafkajs would reject with what passes, though the topics are there.
      if (waitForLeaders) await metadata({ topics: query.topics.map(({ topic }) => topic) });
      return created;
    },
    disconnect: () => {
      disconnected.abort();
      return admin.disconnect();
    },
  });
}
