import type { Consumer, ConsumerRunConfig } from 'kafkajs';
import { untilUp, type UntilUpOptions } from './until-up.ts';

/** `maxWaitTimeInMs` of a consumer: it ends only between two fetches, and kafkajs' own 5 s would be part of every shutdown. */
export const longestFetch = 500;

/** What a consumer of a service reads, and the callback for its end. */
export interface StartConsumerOptions extends UntilUpOptions {
  readonly topic: string;
  /** Called when the consumer ended with an error; not when kafkajs restarts it. */
  readonly onCrash: (error: Error) => void;
}

/**
 * Connects a consumer, subscribes it from the topic's beginning (when its group has no offset) and runs it.
 * Waits for a broker that has not started yet.
 */
export async function startConsumer(consumer: Consumer, run: ConsumerRunConfig, options: StartConsumerOptions): Promise<void> {
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) options.onCrash(payload.error);
  });
  await untilUp(
    `The broker of ${options.topic}`,
    async () => {
      await consumer.connect();
      await consumer.subscribe({ topic: options.topic, fromBeginning: true });
      await consumer.run(run);
    },
    options,
  );
}
