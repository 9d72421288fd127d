import type { Admin, Kafka } from 'kafkajs';
import type { AdminPort } from '../port/admin.ts';
import { passThrough } from '../port/delegate.ts';
import type { HighWatermark } from '../port/high-watermarks.ts';
import { patientAdmin } from './patient-admin.ts';

// What kafkajs (2.2.4) calls the method by which a `Kafka` makes the cluster of each of its clients.
const clusterSymbol = 'private:Kafka:createCluster';

/** Kafka's number for a client that sees the records of open transactions. */
const readUncommitted = 0;

type CreateCluster = (options: object) => object;

/**
 * An admin client that tells the high watermarks, too. Those of kafkajs (2.2.4) ask for offsets as a reader of what is committed does, and
 * have no option for it; their cluster has. The request has a connection of its own, as it is asked only while a transaction is open.
 *
 * @returns `admin` itself, without the method, where `kafka` is not kafkajs' own and has no such cluster
 */
export function withHighWatermarks(admin: Admin, kafka: Pick<Kafka, 'admin'>): AdminPort {
  const uncommitted = uncommittedKafka(kafka);
  if (uncommitted === undefined) return admin;
  const asking = new Set<Admin>();
  return passThrough<AdminPort>(admin, {
    async fetchHighWatermarks(topic): Promise<readonly HighWatermark[]> {
      const other = patientAdmin(uncommitted.admin());
      asking.add(other);
      try {
        await other.connect();
        const ends = await other.fetchTopicOffsets(topic);
        return ends.map(({ partition, high }) => ({ partition, offset: high }));
      } finally {
        asking.delete(other);
        await other.disconnect();
      }
    },
    async disconnect() {
      await Promise.all([admin, ...asking].map((each) => each.disconnect()));
    },
  });
}

/** The same `Kafka`, whose clients see the records of open transactions. */
function uncommittedKafka(kafka: Pick<Kafka, 'admin'>): Pick<Kafka, 'admin'> | undefined {
  const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === clusterSymbol);
  if (symbol === undefined) return undefined;
  const createCluster = (kafka as unknown as Record<symbol, CreateCluster>)[symbol] as CreateCluster;
  const value: CreateCluster = (options) => createCluster({ ...options, isolationLevel: readUncommitted });
  return Object.create(kafka, { [symbol]: { value } }) as Pick<Kafka, 'admin'>;
}
