import { PATTERN_EXTRAS_METADATA } from '@nestjs/microservices/constants.js';
import type { SubscribeOptions } from '@tracelink/kafka/subscribe';

/**
 * The options of `subscribe` that a consumer group can have for itself: retries, dead letters, concurrency, and all others. What is left out
 * is as in the options of the strategy.
 */
export type ConsumerGroupOptions = Omit<Partial<SubscribeOptions<unknown>>, 'topics' | 'handler' | 'groupId'> & {
  /** The consumer group: another than the one of the strategy. */
  readonly groupId: string;
};

const key = Symbol.for('@tracelink/nestjs.ConsumerGroup');

/**
 * Consumes the topics of a handler in a group of its own, with options of its own, beside `@EventPattern` or `@MessagePattern`:
 *
 * ```ts
 * @ConsumerGroup({ groupId: 'billing', retry: { attempts: 10 }, concurrency: { keys: 8 } })
 * @EventPattern('orders.placed')
 * ```
 *
 * The group has to be named, as its commits are what it has: a handler that moves to another group starts where that group stands. For
 * several handlers in one group, make one decorator and use it on each.
 *
 * @param options see {@link ConsumerGroupOptions}; checked when the application starts
 */
export function ConsumerGroup(options: ConsumerGroupOptions): MethodDecorator {
  return (_target, _name, descriptor) => {
    const method = descriptor.value as object;
    // What Nest hands a strategy beside a handler; @EventPattern adds to it, in whatever order the decorators are written.
    const extras = Reflect.getMetadata(PATTERN_EXTRAS_METADATA, method) as object | undefined;
    Reflect.defineMetadata(PATTERN_EXTRAS_METADATA, { ...extras, [key]: options }, method);
  };
}

/** The options that {@link ConsumerGroup} gave a handler. */
export function consumerGroupOf(extras: object | undefined): ConsumerGroupOptions | undefined {
  return (extras as { readonly [key]?: ConsumerGroupOptions } | undefined)?.[key];
}
