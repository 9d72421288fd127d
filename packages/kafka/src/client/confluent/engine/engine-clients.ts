import { errorMessage } from '../../../core/error-type.ts';
import { KafkaTracingError } from '../../../core/kafka-tracing-error.ts';
import { hasMethods } from '../../../core/option-rules.ts';
import type { EngineAdapter } from '../../port/engine-clients.ts';
import { AdminConnection } from './admin-connection.ts';
import { ConfluentAdmin } from './admin.ts';
import { adminConfig, memberConfig, ordered, producerConfig, refuseTransactions, refuseUnordered, type Config } from './configuration.ts';
import { ConfluentMember } from './member/group-member.ts';
import { CompressingSender } from './compressing-sender.ts';
import { IdempotentSender, OrderedSender } from './ordered-sender.ts';
import type { Consumer, Library, Producer } from './binding/shapes.ts';
import { ConfluentTransactions } from './transactions.ts';

/** What makes clients of `@confluentinc/kafka-javascript`, by its API of node-rdkafka. */
export interface ConfluentClients {
  /** What `import library from '@confluentinc/kafka-javascript'` gives. */
  readonly library: object;
  /** The options of every client, by librdkafka's names: `bootstrap.servers`, `client.id`, and those of the connection. */
  readonly options: ConfluentOptions & { readonly 'bootstrap.servers': string };
}

/** Options of librdkafka, by its names: of all its clients, of its consumer or of its producer. Those without a dot are named here. */
export interface ConfluentOptions {
  readonly [name: `${string}.${string}`]: string | number | boolean;
  /** Contexts of its log, separated by commas. */
  readonly debug?: string;
  /** From 0, everything but emergencies left out, to 7, everything. */
  readonly log_level?: number;
  /** Of a producer: which partition a key belongs to. @default 'murmur2_random', as Java's clients */
  readonly partitioner?: string;
  /** Of a producer: how often a request is sent again. */
  readonly retries?: number;
}

// A transaction that fails is begun again: milliseconds until an answer counts as lost, and until a record does.
const ofTransactions = { 'socket.timeout.ms': 5_000, 'message.timeout.ms': 10_000 };

/** `@confluentinc/kafka-javascript`, with librdkafka's options. */
export const confluentEngine: EngineAdapter = {
  fits: (client) => {
    const { library, options } = client as Partial<ConfluentClients>;
    return (isLibrary(library) && typeof options === 'object' && options !== null) || isItsKafka(client);
  },
  clients(client, taker) {
    if (isItsKafka(client))
      throw new KafkaTracingError(
        'not_a_client',
        "Give { library, options } in place of this client's KafkaJS.Kafka, with librdkafka's options: " +
          'its KafkaJS API does not tell what the delivery engine must know.',
      );
    const { library, options } = client as { readonly library: Library; readonly options: Config };
    return {
      admin: () => adminOf(taker, library, adminConfig(options)),
      producer(given) {
        refuseTransactions(taker, { ...options, ...given });
        const { producer, clientId } = producerOf(taker, library, options, given);
        const compressing = { ...given, 'compression.codec': 'gzip' };
        return new CompressingSender(producer, clientId, () => producerOf(taker, library, options, compressing).producer);
      },
      orderedProducer(given) {
        refuseTransactions(taker, { ...options, ...given });
        refuseUnordered(taker, { ...options, ...given });
        return new IdempotentSender(() => {
          const { producer, clientId } = producerOf(taker, library, { ...ordered, ...options }, given);
          return new OrderedSender(producer, clientId);
        });
      },
      transactionalProducer(given, transactionalId) {
        const { producer, clientId } = producerOf(
          taker,
          library,
          { ...ofTransactions, ...options },
          { ...given, 'transactional.id': transactionalId },
        );
        return new ConfluentTransactions(producer, clientId);
      },
      member({ concurrency, options: given, ...group }) {
        const { config, topicConfig, ...parts } = memberConfig(taker, options, { ...given }, group);
        return new ConfluentMember({
          ...parts,
          concurrency,
          makeConsumer: ({ rebalanced, committed, nonEmpty }) =>
            configured(
              taker,
              () =>
                new library.KafkaConsumer(
                  { ...config, rebalance_cb: rebalanced, offset_commit_cb: committed, queue_non_empty_cb: nonEmpty },
                  topicConfig,
                ),
            ),
        });
      },
    };
  },
};

function producerOf(
  taker: string,
  library: Library,
  options: Config,
  given: object,
): { readonly producer: Producer; readonly clientId: string } {
  const { config, topicConfig, clientId } = producerConfig(taker, options, { ...given });
  return { producer: configured(taker, () => new library.Producer(config, topicConfig)), clientId };
}

function adminOf(taker: string, library: Library, config: object): ConfluentAdmin {
  const ofGroup = (groupId: string): Consumer => new library.KafkaConsumer({ ...config, 'group.id': groupId }, {});
  const producer = configured(taker, () => new library.Producer(config, {}));
  return new ConfluentAdmin(new AdminConnection(library, producer), (groupId) => new AdminConnection(library, ofGroup(groupId)));
}

/** The `Kafka` of its KafkaJS API: as kafkajs' own, which has a logger. */
function isItsKafka(client: object): boolean {
  return client.constructor?.name === 'Kafka' && hasMethods(client, 'admin', 'consumer', 'producer') && !hasMethods(client, 'logger');
}

function isLibrary(library: object | undefined): boolean {
  return hasMethods(library, 'KafkaConsumer', 'Producer') && hasMethods((library as Library).AdminClient, 'createFrom');
}

/** @throws {KafkaTracingError} `invalid_option`: librdkafka checks its options when a client is made */
function configured<C>(taker: string, make: () => C): C {
  try {
    return make();
  } catch (error) {
    throw new KafkaTracingError('invalid_option', `${taker} cannot make a client: ${errorMessage(error)}`);
  }
}
