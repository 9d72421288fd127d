import { KafkaContext, type KafkaParser } from '@nestjs/microservices';
import { KafkaTracingError } from '@tracelink/kafka';
import type { MessageScope, SubscribedMessage } from '@tracelink/kafka/subscribe';

type KafkaContextArgs = ConstructorParameters<typeof KafkaContext>[0];

/**
 * The context of a message of `SubscribeStrategy`, which `@Ctx()` gives: Nest's `KafkaContext`, with what `subscribe` gives a handler.
 * `getMessage()` is as of `ServerKafka`: key and headers are texts, and the value is what the handler gets, which a codec may have made.
 */
export class SubscribeContext extends KafkaContext {
  readonly #scope: MessageScope;

  /**
   * @param message as `subscribe` hands it on
   * @param scope of the attempt
   * @param parser reads key and headers, and a value that no codec has made
   */
  constructor(message: SubscribedMessage<unknown>, scope: MessageScope, parser: KafkaParser) {
    const { topic, partition } = message;
    const parsed = parser.parse<KafkaContextArgs[0]>({ ...message, timestamp: String(message.timestamp) });
    // Consumer and producer are not for handlers; see below.
    super([parsed, partition, topic, undefined, scope.heartbeat, undefined] as unknown as KafkaContextArgs);
    this.#scope = scope;
  }

  /** The attempt: its signal, number, trace id, `retryLater(ms)` and `deadLetter(reason)`. */
  getScope(): MessageScope {
    return this.#scope;
  }

  /** @throws {KafkaTracingError} `not_a_client`: the strategy commits, and a handler that does so too could commit past messages in flight */
  override getConsumer(): never {
    throw new KafkaTracingError('not_a_client', 'SubscribeStrategy commits by itself: a handler gets no consumer.');
  }

  /** @throws {KafkaTracingError} `not_a_client`: inject `TracedClientKafka` */
  override getProducer(): never {
    throw new KafkaTracingError('not_a_client', 'A handler of SubscribeStrategy gets no producer: inject TracedClientKafka.');
  }
}
