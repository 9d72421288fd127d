import { beforeTimeout } from '../errors/timeout.ts';

/** The part of a kafkajs consumer that {@link whenJoined} needs; a wrapped one has it too. */
export interface JoiningConsumer {
  readonly events: { readonly GROUP_JOIN: 'consumer.group_join' };
  on(event: 'consumer.group_join', listener: (event: { payload: GroupJoin }) => void): () => void;
}

/** What a consumer was given when it joined its group. */
export interface GroupJoin {
  readonly groupId: string;
  readonly memberId: string;
  /** The partitions of each topic. */
  readonly memberAssignment: Readonly<Record<string, number[]>>;
}

/** Options of {@link whenJoined}. */
export interface WhenJoinedOptions {
  /**
   * How long to wait, in milliseconds.
   * @default 30_000
   */
  readonly timeout?: number;
}

/**
 * Resolves when `consumer` joins its group the next time, with what it was assigned. Call it before `consumer.run`, or it may miss the
 * event.
 *
 * A consumer that subscribed with `fromBeginning: true` reads what is sent from then on. One without asks for the end of its partitions
 * after it has joined, and never gets a message that reached the broker before that.
 *
 * @throws {TestingError} `timeout`; `invalid_argument` for a timeout that no timer can wait for
 */
export async function whenJoined(consumer: JoiningConsumer, { timeout = 30_000 }: WhenJoinedOptions = {}): Promise<GroupJoin> {
  const { promise, resolve } = Promise.withResolvers<GroupJoin>();
  const remove = consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => resolve(payload));
  try {
    return await beforeTimeout(promise, timeout, () => `The consumer did not join its group within ${timeout} ms.`);
  } finally {
    remove();
  }
}
