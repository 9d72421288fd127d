import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { Kafka, logLevel } from 'kafkajs';
import { subscribe } from '../../src/subscribe/subscribe.ts';
import type { SubscribeOptions } from '../../src/subscribe/subscribe-options.ts';
import type { Subscription } from '../../src/subscribe/subscription.ts';

/** What a fault is set in. */
export interface FaultyDelivery {
  readonly kafka: EmbeddedKafka;
  /** Starts another member of the group. */
  readonly join: (options?: Partial<SubscribeOptions>) => Promise<Subscription>;
  readonly members: readonly Subscription[];
  /** Resolves when so many messages were handled, repetitions not counted. */
  readonly handled: (count: number) => Promise<void>;
}

/** How it went: `lost` must be 0, and `violations` empty. */
export interface FaultOutcome {
  readonly sent: number;
  readonly handled: number;
  readonly repeated: number;
  readonly deadLettered: number;
  readonly lost: number;
  /** What must not happen: a key out of order, a commit past a message that is not done. */
  readonly violations: readonly string[];
}

export const faultTopic = 'orders';
export const faultGroup = 'fulfilment';
export const deadLetterTopic = `${faultTopic}.${faultGroup}.dead-letter`;

const keys = 6;
const partitions = 3;

/**
 * Sends messages of a few keys through a group on three brokers while `fault` happens, and waits until each was handled or is a
 * dead letter.
 *
 * @param isPoison which messages fail
 * @param options of the first member
 */
export async function deliverUnderFault(
  count: number,
  fault: (delivery: FaultyDelivery) => Promise<void>,
  isPoison: (index: number) => boolean = () => false,
  options: Partial<SubscribeOptions> = {},
): Promise<FaultOutcome> {
  await using kafka = await EmbeddedKafka.start({ brokers: 3, topics: { [faultTopic]: partitions, [deadLetterTopic]: partitions } });
  await using members = new AsyncDisposableStack();
  // Appended before the brokers are disturbed: what is asked here is whether the group gets it all.
  const sent = Array.from({ length: count }, (_, index) => ({ index, key: `key ${index % keys}`, partition: (index % keys) % partitions }));
  for (const { index, key, partition } of sent) kafka.topic(faultTopic).append(partition, [{ key, value: String(index) }]);

  const violations: string[] = [];
  const times = new Map<number, number>();
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const tell = (): void => waiting.filter(({ count: wanted }) => times.size >= wanted).forEach(({ resolve }) => resolve());
  const isDone = (index: number, dead = deadLetters(kafka)): boolean => times.has(index) || dead.has(index);
  kafka.on('OffsetCommit', (request, next) => {
    const dead = deadLetters(kafka);
    for (const topic of request.body.topics)
      for (const { partitionIndex, committedOffset } of topic.partitions)
        for (const record of kafka.topic(topic.name).records(partitionIndex))
          if (record.offset < committedOffset && !isDone(Number(record.value), dead))
            violations.push(`commit of ${committedOffset} passes ${record.offset} of partition ${partitionIndex}`);
    return next();
  });

  const running: Subscription[] = [];
  const join = async (options: Partial<SubscribeOptions> = {}): Promise<Subscription> => {
    const client = new Kafka({
      clientId: 'faults',
      brokers: kafka.brokers,
      logLevel: logLevel.NOTHING,
      retry: { initialRetryTime: 20, maxRetryTime: 200, retries: 50 },
    });
    const subscription = await subscribe(client, {
      groupId: faultGroup,
      topics: [faultTopic],
      fromBeginning: true,
      concurrency: { keys: 4, partitions },
      retry: { attempts: 2, backoff: { initial: 1, max: 20 } },
      commitInterval: 5,
      drain: { grace: 50, timeout: 1_000 },
      // Some ten messages a fetch, so that faults meet fetches, too.
      consumer: { maxWaitTimeInMs: 50, maxBytesPerPartition: 1_000, sessionTimeout: 6_000, heartbeatInterval: 20, rebalanceTimeout: 6_000 },
      handler: async ({ value }) => {
        const index = Number(value);
        await new Promise((resolve) => setTimeout(resolve, index % 4));
        if (isPoison(index)) throw new Error(`poison ${index}`);
        const before = index - keys;
        if (before >= 0 && !isDone(before)) violations.push(`${index} before ${before}`);
        times.set(index, (times.get(index) ?? 0) + 1);
        tell();
      },
      ...options,
    });
    running.push(subscription);
    members.defer(async () => void (await subscription.drain({ grace: 0, timeout: 500 })));
    return subscription;
  };
  const handled = (wanted: number): Promise<void> =>
    times.size >= wanted ? Promise.resolve() : new Promise((resolve) => waiting.push({ count: wanted, resolve }));

  await join(options);
  await fault({ kafka, join, members: running, handled });
  await handled(sent.filter(({ index }) => !isPoison(index)).length);
  await until(() => {
    const dead = deadLetters(kafka);
    return sent.every(({ index }) => isDone(index, dead));
  }, kafka);
  await members.disposeAsync();
  const dead = deadLetters(kafka);
  return {
    sent: count,
    handled: times.size,
    repeated: [...times.values()].reduce((sum, often) => sum + often - 1, 0),
    deadLettered: dead.size,
    lost: sent.filter(({ index }) => !isDone(index, dead)).length,
    violations,
  };
}

function deadLetters(kafka: EmbeddedKafka): ReadonlySet<number> {
  const { partitions: count } = kafka.topic(deadLetterTopic);
  const records = Array.from({ length: count }, (_, partition) => kafka.topic(deadLetterTopic).records(partition)).flat();
  return new Set(records.map(({ value }) => Number(value)));
}

/** Resolves once `holds`, asked again after each message that a broker is given. */
async function until(holds: () => boolean, kafka: EmbeddedKafka): Promise<void> {
  if (holds()) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = kafka.on('Produce', async (_request, next) => {
    const answer = await next();
    if (holds()) resolve();
    return answer;
  });
  if (holds()) resolve();
  await promise;
  stop();
}
