import { KafkaTracingError } from '../../../core/kafka-tracing-error.ts';
import { hasMethods } from '../../../core/option-rules.ts';
import type { EngineAdapter } from '../../port/engine-clients.ts';
import type { MemberConfig } from '../../port/group-member.ts';
import { keyHash } from '../../port/key-partitioner.ts';
import { bareClient } from '../../port/registration.ts';
import { PlatformaticAdmin } from './admin.ts';
import { assignToReaders } from './assign-to-readers.ts';
import { PlatformaticMember } from './group-member.ts';
import { PlatformaticSender } from './producer.ts';
import type { ClusterMetadata, Library, Producer } from './shapes.ts';
import { PlatformaticTransactions } from './transactions.ts';

/** What makes clients of `@platformatic/kafka`, which has no object of its own for that. */
export interface PlatformaticClients {
  /** What `import * as library from '@platformatic/kafka'` gives. */
  readonly library: object;
  /** The options of every client: `clientId`, `bootstrapBrokers`, and those of the connection (`tls`, `sasl`). */
  readonly options: { readonly clientId: string; readonly bootstrapBrokers: readonly unknown[]; readonly [name: string]: unknown };
}

/** The options of this client's consumer that a member of a group may have; milliseconds and bytes. */
export interface PlatformaticConsumerOptions {
  /** Without a heartbeat for so long, the coordinator gives the partitions to others. @default 30_000 */
  readonly sessionTimeout?: number;
  /** How long a rebalance waits for a member. @default 60_000, or the session's timeout if that is longer */
  readonly rebalanceTimeout?: number;
  /** The time between two heartbeats; less than a third of the session. @default 3_000 */
  readonly heartbeatInterval?: number;
  /** How long a fetch waits for `minBytes`; a drain waits for it, too. @default 500 */
  readonly maxWaitTime?: number;
  /** The most that a fetch brings of one partition. @default 1_048_576 */
  readonly maxBytesPerPartition?: number;
  /** After how long topics are asked for again, with their new partitions. @default 30_000 */
  readonly metadataMaxAge?: number;
  /** The most that a fetch brings. @default the client's */
  readonly maxBytes?: number;
  /** What a fetch waits for. @default the client's */
  readonly minBytes?: number;
  /**
   * The name of a static member: one that comes back within the session has its partitions again, as after a crash. A drain gives them up at
   * once, as this client leaves its group when it is closed; kafkajs has no such option, and librdkafka's member does not leave. @default none
   */
  readonly groupInstanceId?: string;
  /** Only the classic one. */
  readonly groupProtocol?: 'classic';
  /** How often the client repeats a request. @default the client's */
  readonly retries?: number;
  /** The time before a request is repeated. @default 300 */
  readonly retryDelay?: number;
}

/** The options of this client's producer that one of dead-letter and retry records may have. */
export interface PlatformaticProducerOptions {
  /** How batches are compressed. @default 'none' */
  readonly compression?: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
  /** Whether the broker drops what a retry has sent twice. @default false */
  readonly idempotent?: boolean;
  /** How often the client repeats a send; an idempotent producer takes fewer than two for no end. @default the client's */
  readonly retries?: number;
  /** Milliseconds before a send is repeated. @default 300 */
  readonly retryDelay?: number;
}

/** Options of its consumer with which a member would not do what the engine needs. */
interface UnfitOptions {
  readonly groupProtocol?: unknown;
  readonly isolationLevel?: unknown;
  readonly protocolsMetadata?: unknown;
  readonly deserializers?: unknown;
  readonly registry?: unknown;
}

/** Options with which a consumer has another assignor than the client's default. */
interface AssignorOptions {
  readonly protocols?: unknown;
  readonly partitionAssigner?: unknown;
}

// A member that does not answer for this long has lost its partitions. Java's and kafkajs' are 45 s and 30 s.
const usualSession = 30_000;
const rebalanceTimeout = 60_000;
const heartbeatInterval = 3_000;

// A drain waits for the fetch in flight; Java's consumer has the same default.
const maxWaitTime = 500;

// The number of `FetchIsolationLevels.READ_COMMITTED`.
const readCommitted = 1;

// Bytes, as kafkajs and Java.
const maxBytesPerPartition = 1_048_576;

// Milliseconds after which what is known of topics is asked for again.
const metadataMaxAge = 30_000;

// The member asks at each join, and heartbeats must not depend on topics.
const memberMetadataMaxAge = 300_000;

// An idempotent producer takes fewer for no end of them.
const leastRetries = 2;

// A new transaction may wait some milliseconds for the end of the last one. Milliseconds; the timeout is also that of the transaction,
// which is 60 s in Java and 5 by this client's default.
const ofTransactions = { retries: 5, retryDelay: 60, timeout: 30_000 };

/** `@platformatic/kafka`, with the options of its clients. */
export const platformaticEngine: EngineAdapter = {
  fits: (client) => {
    const { library, options } = client as Partial<PlatformaticClients>;
    return hasMethods(library, 'Admin', 'Consumer', 'Producer') && typeof options === 'object' && options !== null;
  },
  clients(client, taker) {
    const { library, options } = client as { readonly library: Library; readonly options: object };
    const base = { metadataMaxAge, retryDelay: 300, ...options, autocreateTopics: false };
    return {
      admin: () => new PlatformaticAdmin(new library.Admin({ ...base })),
      producer: (given) => new PlatformaticSender(producerOf(taker, library, base, given)),
      // It writes what it is given at once into one request for each leader.
      orderedProducer: (given, retries) =>
        new PlatformaticSender(producerOf(taker, library, { ...base, retries: Math.max(leastRetries, retries) }, given)),
      transactionalProducer: (given, transactionalId) =>
        new PlatformaticTransactions(
          producerOf(taker, library, { ...base, ...ofTransactions }, { ...given, transactionalId, idempotent: true }),
        ),
      member: (config) => memberOf(taker, library, base, config),
    };
  },
};

/**
 * @param taker the function that the error names
 * @throws {KafkaTracingError} `invalid_option`: an option with which it would not take what it is given
 */
function producerOf(taker: string, library: Library, base: object, given: object): Producer {
  const unfit = (['serializers', 'registry', 'beforeSerialization'] as const).find((name) => Object.hasOwn(given, name));
  if (unfit !== undefined)
    throw new KafkaTracingError('invalid_option', `${taker} cannot take producer.${unfit}: records are sent as the bytes that they are.`);
  return bareClient(new library.Producer({ ...base, partitioner: asJava(), ...given }));
}

/**
 * For records without a partition of their own. The client (2.12.1) puts half of the keys elsewhere than Java's and kafkajs; it takes the
 * remainder by the number of partitions itself.
 */
function asJava(): (message: object, key: Buffer | undefined) => number {
  let turn = 0;
  return (_, key) => (key === undefined ? turn++ : keyHash(key));
}

function memberOf(
  taker: string,
  library: Library,
  base: { readonly metadataMaxAge: number },
  { groupId, concurrency, sessionTimeout = usualSession, options }: MemberConfig,
): PlatformaticMember {
  const given: PlatformaticConsumerOptions = options;
  const others: UnfitOptions & AssignorOptions = options;
  const isRoundRobin = others.protocols === undefined && others.partitionAssigner === undefined;
  const unfit = (['protocolsMetadata', 'deserializers', 'registry'] as const).find((name) => others[name] !== undefined);
  if (unfit !== undefined)
    throw new KafkaTracingError(
      'invalid_option',
      `${taker} cannot take consumer.${unfit}: it reads bytes. Handlers get values by the "codec" of subscribe.`,
    );
  if (others.groupProtocol === 'consumer')
    throw new KafkaTracingError(
      'invalid_option',
      `${taker} needs consumer.groupProtocol to be 'classic': a member of the other protocol is not told what it loses.`,
    );
  const asked: object = { ...base, ...options };
  const { isolationLevel = readCommitted } = asked as UnfitOptions;
  if (isolationLevel !== readCommitted)
    throw new KafkaTracingError(
      'invalid_option',
      `${taker} needs consumer.isolationLevel to be ${readCommitted}, "READ_COMMITTED": it reads what is committed.`,
    );
  const timing = {
    sessionTimeout: given.sessionTimeout ?? sessionTimeout,
    heartbeatInterval: given.heartbeatInterval ?? heartbeatInterval,
    longestFetch: 0,
  };
  const config = {
    ...base,
    rebalanceTimeout: Math.max(rebalanceTimeout, timing.sessionTimeout),
    maxWaitTime,
    maxBytesPerPartition,
    ...given,
    ...timing,
    groupId,
    autocommit: false,
  };
  return new PlatformaticMember({
    library,
    timing,
    concurrency,
    limits: {
      maxWaitTime: config.maxWaitTime,
      metadataMaxAge: config.metadataMaxAge,
      partitionMaxBytes: config.maxBytesPerPartition,
    },
    makeFetcher: () => new library.Consumer({ ...config, retries: 0 }),
    makeConsumer: (beforeJoining) => {
      const consumer = new library.Consumer({
        ...config,
        metadataMaxAge: memberMetadataMaxAge,
        // Its timer (2.12.1) goes on while it joins: the heartbeat, of the generation before, is refused, for which it joins once more, and so on
        // while a join takes longer than the interval. The member sends heartbeats itself; this is the longest interval that is allowed.
        heartbeatInterval: timing.sessionTimeout - 1,
        ...(isRoundRobin && { partitionAssigner: assignToReaders }),
        // The one moment before a join at which the client waits.
        protocolsMetadata: async (_protocols: unknown, topics: readonly string[]) => {
          await beforeJoining();
          // Until here it has looked at its own topics only: a leader (2.12.1) would assign those of others by what it once knew of them.
          consumer.clearMetadata();
          const counts = partitionCounts(await consumer.metadata({ topics: [...topics] }));
          return isRoundRobin ? counts : Buffer.alloc(0);
        },
      });
      return consumer;
    },
  });
}

/**
 * Told to the group with the topics, for the coordinator alone: one that joins a stable group again is let in as it was, without a new
 * assignment, unless it leads the group or says something else than before. Assignors of a user may read something else in it.
 */
function partitionCounts({ topics }: ClusterMetadata): Buffer {
  const counts = [...topics].map(([topic, { partitions }]) => `${topic}:${partitions.length}`);
  return Buffer.from(counts.toSorted().join());
}
