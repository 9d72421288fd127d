import type { Context } from '@opentelemetry/api';
import type { ExistingContext } from './existing-context.ts';
import type { TopicMessagesLike } from '../client/kafka-client.ts';

/** Where the creation context of a message comes from, when it is not the `send` span's. */
export interface Mark {
  /** The context that its headers carry already. */
  readonly existing: ExistingContext | undefined;
  /** The context of its `create` span, when it has one. */
  readonly created: Context | undefined;
}

/** One topic of a send. */
export interface PlannedTopic {
  readonly entry: TopicMessagesLike;
  /** By index in `entry.messages`; most messages of most sends have none. */
  readonly marks: ReadonlyMap<number, Mark>;
}
