import { hasMethods } from '../../core/option-rules.ts';
import { guard } from '../../core/guard.ts';
import type { RunConfigLike } from '../port/consumer-adapter.ts';
import type { LearnedIdentity, PartitionOffset } from '../port/message.ts';
import type { SenderLike, TransactionLike } from '../port/producer-adapter.ts';

/** What `node-rdkafka`'s client inside a KafkaJS client is configured with, once it is connected. */
interface InternalClient {
  readonly globalConfig?: Readonly<Record<string, unknown>>;
}

/** What clients of the KafkaJS API of `@confluentinc/kafka-javascript` 1 have and those of kafkajs lack. */
export interface Client {
  connect(): Promise<void>;
  dependentAdmin(): unknown;
  _getInternalClient(): InternalClient | null;
}

/** A producer is its own transaction. */
export interface Producer extends Client, SenderLike, TransactionLike {
  transaction(): Promise<Producer>;
}

export interface Consumer extends Client {
  run(config?: RunConfigLike): Promise<void>;
  disconnect(): Promise<void>;
  commitOffsets(offsets?: readonly PartitionOffset[]): Promise<void>;
}

/** Whether a client is of Confluent's KafkaJS API, by its shape. */
export function isConfluent(client: object): client is Client {
  return hasMethods(client, 'dependentAdmin', '_getInternalClient');
}

/** Has a wrapper learn who its client is, now and by the returned `connect`: until it connects, it has no configuration that could be read. */
export function connecting(client: Client, trace: { learn(identity: LearnedIdentity): void }): () => Promise<void> {
  trace.learn(identityOf(client));
  return async () => {
    await client.connect();
    trace.learn(identityOf(client));
  };
}

/** What a client is configured with, which it says once it is connected. */
export function identityOf(client: Client): LearnedIdentity {
  const config = guard('reading a configuration', () => client._getInternalClient()?.globalConfig);
  return { clientId: text(config?.['client.id']), groupId: text(config?.['group.id']) };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
