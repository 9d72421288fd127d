import type { ConsumerConfig } from 'kafkajs';

type Retry = NonNullable<ConsumerConfig['retry']>;

/** What kafkajs takes where a consumer's `retry` is not given: its default counts only as long as there is none. */
const kafkajsDefault: Retry = { retries: 5 };

/**
 * The `retry` of a consumer that its client never starts again by itself. kafkajs (2.2.4) also does so for one that crashes while it is
 * being disconnected, and that one then keeps its partitions and the process.
 *
 * @param retriable told of each crash after which kafkajs would have started the consumer again, before the `CRASH` event
 */
export function withoutRestart(retry: Retry | undefined, retriable: () => void = () => {}): Retry {
  return {
    ...(retry ?? kafkajsDefault),
    restartOnFailure: async (error) => {
      if (await mayRestart(retry, error)) retriable();
      return false;
    },
  };
}

/** As kafkajs takes it: a `restartOnFailure` that fails says yes. */
async function mayRestart(retry: Retry | undefined, error: Error): Promise<boolean> {
  if (retry?.restartOnFailure === undefined) return true;
  try {
    return await retry.restartOnFailure(error);
  } catch {
    return true;
  }
}
