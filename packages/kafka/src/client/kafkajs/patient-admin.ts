import type { Admin } from 'kafkajs';
import { errorType } from '../../core/error-type.ts';
import { passThrough } from '../port/delegate.ts';
import { RepeatedRequests } from '../port/repeated-requests.ts';
import { withTopics } from './subscribed-topics.ts';

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
const isPassingBehindCreation = (error: unknown): boolean => {
  const name = errorType(error);
  return name === 'UNKNOWN_TOPIC_OR_PARTITION' || passing.has(name);
};

/** Requests that may be repeated: they change nothing, or, as for the creation of a topic, nothing more. */
const repeatable = [
  'listTopics',
  'fetchTopicMetadata',
  'describeConfigs',
  'describeCluster',
  'fetchOffsets',
  'fetchTopicOffsets',
  'fetchTopicOffsetsByTimestamp',
  'listGroups',
] as const satisfies readonly (keyof Admin)[];

/**
 * An admin client whose requests survive the death of a node. kafkajs (2.2.4) repeats those of producers and consumers; an admin client
 * rejects when the one node that it chose does not answer, though the others would. Its `retry` settings apply to each attempt.
 * `createTopics` always waits for the leaders.
 */
export function patientAdmin(admin: Admin): Admin {
  const requests = new RepeatedRequests((error) => passing.has(errorType(error)));
  const repeated =
    (name: (typeof repeatable)[number]) =>
    (...args: unknown[]): Promise<unknown> =>
      requests.ask(() => (admin[name] as (...args: unknown[]) => Promise<unknown>)(...args));
  return passThrough(admin, {
    ...(Object.fromEntries(
      repeatable.filter((name) => typeof admin[name] === 'function').map((name) => [name, repeated(name)]),
    ) as Partial<Admin>),
    async createTopics(query) {
      const created = await requests.ask(() => admin.createTopics({ ...query, waitForLeaders: false }));
      // kafkajs would reject with what passes, though the topics are there.
      const topics = query.topics.map(({ topic }) => topic);
      await requests.ask(() => admin.fetchTopicMetadata({ topics }), isPassingBehindCreation);
      return created;
    },
    async describeGroups(groupIds) {
      const { groups } = await requests.ask(() => admin.describeGroups(groupIds));
      return { groups: groups.map(withTopics) };
    },
    disconnect: () => {
      requests.end();
      return admin.disconnect();
    },
  });
}
