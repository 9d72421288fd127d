import * as platformatic from '@platformatic/kafka';
import type { MemberClient, WatchedClients } from './member-client.ts';
import { mutated, type Commit, type Library } from './platformatic-mutants.ts';
import { reportCommit, reportDeadLetter, reportSent } from './report.ts';

/** Members on `@platformatic/kafka`. */
export const platformaticMember: MemberClient = {
  clients: ({ brokers, topic, at, mutant }) => {
    reportSent(at);
    return {
      library: mutated(watchedLibrary(topic, at), mutant),
      options: { clientId: 'chaos-member', bootstrapBrokers: [...brokers], requestTimeout: 10_000, retries: 20, retryDelay: 100 },
    };
  },
  consumer: ({ sessionTimeout, fetchBytes }) => ({
    sessionTimeout,
    heartbeatInterval: sessionTimeout / 10,
    rebalanceTimeout: 6_000,
    maxWaitTime: 100,
    maxBytesPerPartition: fetchBytes,
  }),
  producer: { retries: 2, retryDelay: 50 },
};

function watchedLibrary(topic: string, at: WatchedClients['at']): Library {
  const watched: Commit = (connection, ...request) => {
    const [, , , , topics] = request;
    const positions = topics
      .filter(({ name }) => name === topic)
      .flatMap(({ partitions }) =>
        partitions.map(({ partitionIndex, committedOffset, committedMetadata = null }) => ({
          partition: partitionIndex,
          offset: String(committedOffset),
          metadata: committedMetadata,
        })),
      );
    return reportCommit(positions, at, () => platformatic.offsetCommitV9.api.async(connection, ...request));
  };
  return {
    ...platformatic,
    // What the engine asks brokers of every version for that are tested.
    offsetCommitV9: { api: { async: watched } },
    Producer: class extends platformatic.Producer<Buffer, Buffer, Buffer, Buffer> {
      override send(...request: Parameters<platformatic.Producer<Buffer, Buffer, Buffer, Buffer>['send']>) {
        return reportDeadLetter(at, () => super.send(...request));
      }
    },
  } as unknown as Library;
}
