import type { MessageHandler } from '@nestjs/microservices';
import { KafkaTracingError } from '@tracelink/kafka';
import { consumerGroupOf, type ConsumerGroupOptions } from '../handlers/consumer-group.ts';

/** The handlers of a topic in one group: at least one, and of requests no more than one. */
export type TopicHandlers = readonly [MessageHandler, ...MessageHandler[]];

/** The handlers of a consumer group, by topic. */
export interface HandlerGroup {
  readonly options: ConsumerGroupOptions;
  readonly handlers: ReadonlyMap<string, TopicHandlers>;
}

/** A name that Kafka takes for a topic's. */
const topicName = /^[\w.-]{1,249}$/;

/** Sorts handlers by the consumer group that they are consumed in. */
export class HandlerGroups {
  readonly #own: ConsumerGroupOptions;
  readonly #groups = new Map<string, { readonly options: ConsumerGroupOptions; readonly handlers: Map<string, TopicHandlers> }>();

  /** @param own the options of the strategy: its group takes every handler that has none of its own */
  constructor(own: ConsumerGroupOptions) {
    this.#own = own;
  }

  /** The groups that have a handler. */
  get all(): readonly HandlerGroup[] {
    return [...this.#groups.values()];
  }

  /** Whether one of them answers requests. */
  get hasRequests(): boolean {
    return this.all.some(({ handlers }) => [...handlers.values()].some(([{ isEventHandler }]) => isEventHandler !== true));
  }

  /**
   * @throws {KafkaTracingError} `invalid_option`: the pattern is no topic, the topic has another handler and one of them answers requests,
   * or two handlers give their group different options
   */
  add(pattern: unknown, handler: MessageHandler): void {
    if (typeof pattern !== 'string' || !topicName.test(pattern)) throw noTopic(pattern);
    const { handlers } = this.#groupOf(handler);
    const before = handlers.get(pattern);
    if (before === undefined) return void handlers.set(pattern, [handler]);
    if (before[0].isEventHandler !== true || handler.isEventHandler !== true)
      throw new KafkaTracingError(
        'invalid_option',
        `Topic "${pattern}" has two handlers, and one is of @MessagePattern: a request has one handler. Give one of them a @ConsumerGroup.`,
      );
    handlers.set(pattern, [...before, handler]);
  }

  #groupOf({ extras }: MessageHandler): { readonly handlers: Map<string, TopicHandlers> } {
    const options = consumerGroupOf(extras) ?? this.#own;
    const group = this.#groups.get(options.groupId) ?? { options, handlers: new Map<string, TopicHandlers>() };
    if (group.options !== options)
      throw new KafkaTracingError(
        'invalid_option',
        `The group "${options.groupId}" is given two sets of options: make one decorator, const Group = ConsumerGroup({ … }), and use it twice.`,
      );
    this.#groups.set(options.groupId, group);
    return group;
  }
}

function noTopic(pattern: unknown): KafkaTracingError {
  const what = pattern instanceof RegExp ? `the regular expression ${String(pattern)}` : `"${String(pattern)}"`;
  return new KafkaTracingError(
    'invalid_option',
    `A pattern of SubscribeStrategy is the name of a topic, as @EventPattern('orders.placed') or @EventPattern(['a', 'b']), not ${what}.` +
      (pattern instanceof RegExp ? ' An expression would take its own dead-letter and retry topics, too.' : ''),
  );
}
