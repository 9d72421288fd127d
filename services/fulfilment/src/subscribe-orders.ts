import type { Logger, PartDetails } from '@tracelink-demo/kit';
import { subscribe, type KafkaClients, type MessageHandler, type Subscription } from '@tracelink/kafka/subscribe';
import { orderCodec, type PlacedOrder } from './placed-order.ts';

/** What the subscription of orders works with. */
export interface SubscribeOrdersParts {
  readonly kafka: KafkaClients;
  readonly groupId: string;
  /** Milliseconds after which the orders of a process that is gone go to another. @default kafkajs' own: 30 000 */
  readonly sessionTimeout?: number;
  readonly ordersTopic: string;
  readonly handler: MessageHandler<PlacedOrder>;
  readonly log: Logger;
  /** Called when the consumer ended for good. */
  readonly onCrash: (error: unknown) => void;
}

/**
 * Joins the group of the orders. What fails three times, and what is no order, goes to the dead-letter topic, with a line. When
 * three in a row have failed it is an outage: the others wait.
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

/** Of the time that there is, the share after which handlers are told to give up, and after which they are left behind. */
const [grace, patience] = [0.5, 0.8];

/** Ends the subscription within `timeout` milliseconds, and names the messages that were left: they come again. */
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
