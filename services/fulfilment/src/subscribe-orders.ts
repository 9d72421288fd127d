import type { Logger, PartDetails } from '@tracelink-demo/kit';
import { subscribe, type KafkaClients, type MessageHandler, type Subscription } from '@tracelink/kafka/subscribe';
import { orderCodec, type PlacedOrder } from './placed-order.ts';

/** The dependencies of the subscription. */
export interface SubscribeOrdersParts {
  readonly kafka: KafkaClients;
  readonly groupId: string;
  /** Milliseconds after which another process gets the orders of a dead one. @default kafkajs' own: 30 000 */
  readonly sessionTimeout?: number;
  readonly ordersTopic: string;
  readonly handler: MessageHandler<PlacedOrder>;
  readonly log: Logger;
  /** Called when the consumer ended with an error. */
  readonly onCrash: (error: unknown) => void;
}

/**
 * Joins the group of the orders. A message that fails three times, or is no order, goes to the dead-letter topic, with a log line. When
 * three in a row have failed, the circuit opens: the others wait.
 */
export async function subscribeOrders({
  kafka,
  groupId,
  sessionTimeout,
  ordersTopic,
  handler,
  log,
  onCrash,
}: SubscribeOrdersParts): Promise<Subscription<PlacedOrder>> {
  const subscription = await subscribe(kafka, {
    groupId,
    topics: [ordersTopic],
    fromBeginning: true,
    codec: orderCodec,
    circuitBreaker: { failureRate: 1, window: 3, backoff: { initial: 500, max: 5_000 } },
    handler,
    log,
    consumer: { ...(sessionTimeout !== undefined && { sessionTimeout }) },
  });
  subscription.on('attempt-failed', ({ attempt, offset, error }) => log.warn({ error, attempt, offset }, 'Attempt failed'));
  subscription.on('dead-letter', ({ deadLetterTopic, offset, error }) =>
    log.error({ error, deadLetterTopic, offset }, 'Sent to the dead-letter topic'),
  );
  subscription.on('crash', onCrash);
  return subscription;
}

/** The share of the available time after which handlers are aborted, and the share after which they are abandoned. */
const [grace, patience] = [0.5, 0.8];

/** Ends the subscription within `timeout` milliseconds, and names the abandoned messages: they are delivered again. */
export async function drainOrders(subscription: Subscription<PlacedOrder>, timeout: number): Promise<PartDetails> {
  const { abandoned } = await subscription.drain({ grace: timeout * grace, timeout: timeout * patience });
  return {
    abandoned: abandoned.map(({ topic, partition, offset, traceId, age }) => ({
      name: `${topic}[${partition}]@${offset}`,
      traceId,
      ageMs: age,
    })),
  };
}
