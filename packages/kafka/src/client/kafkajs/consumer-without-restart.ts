import type { ConsumerConfig } from 'kafkajs';

type Retry = NonNullable<ConsumerConfig['retry']>;

/** kafkajs' retry options when a consumer has none: its defaults apply only as long as there are none. */
const kafkajsDefault: Retry = { retries: 5 };

/**
 * The `retry` of a consumer that its client never restarts by itself. kafkajs (2.2.4) also restarts one that crashes while it is
 * disconnected, and that one then keeps its partitions and the process.
 *
 * @param retriable called for each crash after which kafkajs would have restarted the consumer, before the `CRASH` event
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

/** As in kafkajs: a `restartOnFailure` that rejects means a restart. */
async function mayRestart(retry: Retry | undefined, error: Error): Promise<boolean> {
  if (retry?.restartOnFailure === undefined) return true;
  try {
    return await retry.restartOnFailure(error);
  } catch {
    return true;
  }
}
