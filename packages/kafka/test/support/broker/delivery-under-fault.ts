import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { decodeCommitMetadata } from '../../../src/subscribe/partitions/commit-metadata.ts';
import { subscribe } from '../../../src/subscribe/subscribe.ts';
import type { SubscribeOptions } from '../../../src/subscribe/subscribe-options.ts';
import type { Subscription } from '../../../src/subscribe/subscription.ts';
import { kafkajs, type EngineClient } from './engine-client.ts';

/** The messages during a fault, and their handlers. */
export interface FaultTraffic {
  readonly count: number;
  /** The number of keys, which take turns, each in its own partition. @default 6 */
  readonly keys?: number;
  /** Which messages fail, by their number. @default none */
  readonly isPoison?: (index: number) => boolean;
  /** Milliseconds of a handler; 0: it awaits nothing. @default from 0 to 3 */
  readonly work?: (index: number) => number;
  /** The timestamp of a message, in milliseconds since the epoch. @default now */
  readonly timestamp?: (index: number) => number;
  /** The number of a partition's messages in one batch, which is fetched as a whole. @default 1 */
  readonly batch?: number;
  /** The library whose clients the members use. @default kafkajs */
  readonly client?: EngineClient;
  /** The options of the first member. */
  readonly options?: Partial<SubscribeOptions>;
}

/** The scene of a fault. */
export interface FaultyDelivery {
  readonly kafka: EmbeddedKafka;
  /** Starts another member of the group. */
  readonly join: (options?: Partial<SubscribeOptions>) => Promise<Subscription>;
  readonly members: readonly Subscription[];
  /** Resolves when this many messages were handled, repeats not counted. */
  readonly handled: (count: number) => Promise<void>;
}

/** The outcome: `lost` must be 0, and `violations` empty. */
export interface FaultOutcome {
  readonly sent: number;
  readonly handled: number;
  readonly repeated: number;
  readonly deadLettered: number;
  readonly lost: number;
  /** Commits while messages were unfinished. */
  readonly commitsMeanwhile: number;
  /** Violations: a key out of order, a commit that claims an unfinished message. */
  readonly violations: readonly string[];
}

export const faultTopic = 'orders';
export const faultGroup = 'fulfilment';
export const deadLetterTopic = `${faultTopic}.${faultGroup}.dead-letter`;

const partitions = 3;

// The offsets beyond a commit that are checked against its metadata.
const longestGap = 500;

/**
 * Sends messages of a few keys through a group on three brokers while `fault` happens, and waits until each was handled or has a
 * dead-letter record.
 */
export async function deliverUnderFault(
  {
    count,
    keys = 6,
    isPoison = () => false,
    work = (index) => index % 4,
    timestamp = () => Date.now(),
    batch = 1,
    client = kafkajs,
    options: first = {},
  }: FaultTraffic,
  fault: (delivery: FaultyDelivery) => Promise<void>,
): Promise<FaultOutcome> {
  await using kafka = await EmbeddedKafka.start({ brokers: 3, topics: { [faultTopic]: partitions, [deadLetterTopic]: partitions } });
  await using members = new AsyncDisposableStack();
  // Appended before the fault: the question is whether the group gets them all.
  const byPartition = Array.from({ length: partitions }, (): number[] => []);
  for (let index = 0; index < count; index++) byPartition[(index % keys) % partitions]?.push(index);
  for (const [partition, indexes] of byPartition.entries()) {
    const records = indexes.map((index) => ({ key: `key ${index % keys}`, value: String(index), timestamp: timestamp(index) }));
    for (let start = 0; start < records.length; start += batch)
      kafka.topic(faultTopic).append(partition, records.slice(start, start + batch));
  }

  const violations: string[] = [];
  const times = new Map<number, number>();
  let dead: ReadonlySet<number> = new Set();
  let commitsMeanwhile = 0;
  const waiting = new Map<() => boolean, () => void>();
  const tell = (): void => waiting.forEach((resolve, holds) => holds() && resolve());
  const until = (holds: () => boolean): Promise<void> =>
    holds() ? Promise.resolve() : new Promise((resolve) => waiting.set(holds, () => waiting.delete(holds) && resolve()));
  const isDone = (index: number | undefined): boolean => index !== undefined && (times.has(index) || dead.has(index));
  /** By partition, the offset below which everything was done at the last check. */
  const watermarks = byPartition.map(() => 0);
  const check = (partition: number, offset: number, metadata: string | null): void => {
    const indexes = byPartition[partition] ?? [];
    let next = watermarks[partition] ?? 0;
    while (isDone(indexes[next])) next++;
    watermarks[partition] = next;
    if (next < indexes.length) commitsMeanwhile++;
    if (offset > next) violations.push(`commit of ${offset} passes ${next} of partition ${partition}`);
    for (const { first, last } of decodeCommitMetadata(BigInt(offset), metadata)?.completed ?? [])
      for (let at = Number(first); at <= Number(last) && at < offset + longestGap; at++)
        if (!isDone(indexes[at])) violations.push(`commit of ${offset} says that ${at} of ${partition} is done`);
  };
  kafka.on('OffsetCommit', (request, next) => {
    for (const topic of request.body.topics)
      for (const { partitionIndex, committedOffset, committedMetadata } of topic.partitions)
        check(partitionIndex, Number(committedOffset), committedMetadata ?? null);
    return next();
  });
  kafka.on('Produce', async (_request, next) => {
    const answer = await next();
    dead = deadLetterOffsets(kafka);
    tell();
    return answer;
  });

  const running: Subscription[] = [];
  const join = async (options: Partial<SubscribeOptions> = {}): Promise<Subscription> => {
    const subscription = await subscribe(client.clients(kafka.brokers), {
      groupId: faultGroup,
      topics: [faultTopic],
      fromBeginning: true,
      concurrency: { keys: 4, partitions },
      retry: { attempts: 2, backoff: { initial: 1, max: 20 } },
      commitInterval: 5,
      drain: { grace: 50, timeout: 1_000 },
      // About ten messages per fetch, so that faults meet fetches, too.
      consumer: client.consumer({ maxWait: 50, maxBytes: 1_000, sessionTimeout: 6_000, heartbeatInterval: 20, rebalanceTimeout: 6_000 }),
      handler: async ({ value }) => {
        const index = Number(value);
        const before = index - keys;
        if (before >= 0 && !isDone(before)) violations.push(`${index} before ${before}`);
        const ms = work(index);
        if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
        if (isPoison(index)) throw new Error(`poison ${index}`);
        times.set(index, (times.get(index) ?? 0) + 1);
        tell();
      },
      ...options,
    });
    running.push(subscription);
    members.defer(async () => void (await subscription.drain({ grace: 0, timeout: 500 })));
    return subscription;
  };

  await join(first);
  await fault({ kafka, join, members: running, handled: (wanted) => until(() => times.size >= wanted) });
  // In this order: while few are done, the first unfinished one is found soon.
  await until(() => times.size + dead.size >= count && byPartition.flat().every(isDone));
  await members.disposeAsync();
  return {
    sent: count,
    handled: times.size,
    repeated: [...times.values()].reduce((sum, often) => sum + often - 1, 0),
    deadLettered: dead.size,
    lost: byPartition.flat().filter((index) => !isDone(index)).length,
    commitsMeanwhile,
    violations,
  };
}

function deadLetterOffsets(kafka: EmbeddedKafka): ReadonlySet<number> {
  const { partitions: count } = kafka.topic(deadLetterTopic);
  const records = Array.from({ length: count }, (_, partition) => kafka.topic(deadLetterTopic).records(partition)).flat();
  return new Set(records.map(({ value }) => Number(value)));
}
