import { Logger } from '@nestjs/common';
import { KafkaLogger, KafkaParser, Server, Transport, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { errorMessage } from '@tracelink/context/internal';
import { KafkaTracingError, wrapProducer, type ProducerOptions } from '@tracelink/kafka';
import {
  subscribe,
  type SubscribeOptions,
  type Subscription,
  type SubscriptionEvents,
  type SubscriptionHealth,
  type SubscriptionLog,
} from '@tracelink/kafka/subscribe';
import { Kafka, Partitioners, type KafkaConfig, type Producer } from 'kafkajs';
import { HandlerGroups, type HandlerGroup, type TopicHandlers } from './handler-groups.ts';
import { handleMessage, type Handling } from './handle-message.ts';

/** What a codec has made is no one's to read again: Nest's parser would make text of it. */
const parsers = { raw: new KafkaParser(), decoded: new KafkaParser({ keepBinary: true }) };

/** The part of kafkajs' `Kafka` that makes clients. */
type KafkaClients = Pick<Kafka, 'admin' | 'consumer' | 'producer'>;

/**
 * Options of {@link SubscribeStrategy}: those of `subscribe`, but topics and handlers, which the application's decorators name. `groupId` is
 * used as it is; Nest's own server adds `-server` to its.
 */
export interface SubscribeStrategyOptions extends Omit<SubscribeOptions<unknown>, 'topics' | 'handler'> {
  /** A config of kafkajs' client, or a client. */
  readonly client: KafkaConfig | KafkaClients;
  /**
   * The transport whose handlers the strategy takes, as the second argument of `@EventPattern` names it; it also takes those that name none.
   * Two strategies in one application need one each.
   *
   * @default Transport.KAFKA
   */
  readonly transportId?: Transport | symbol;
}

/** The state of a strategy, as `health()` returns it. */
export interface SubscribeStrategyHealth {
  /** Whether the application listens and every subscription is `ok`. */
  readonly ok: boolean;
  /** The health of the subscription of each group. */
  readonly groups: Readonly<Record<string, SubscriptionHealth>>;
}

/** The listeners that {@link SubscribeStrategy.on} takes, by event. */
export type SubscribeStrategyListeners = { [E in keyof SubscriptionEvents]: (...args: SubscriptionEvents[E]) => unknown };

/**
 * A transport of Nest on `subscribe`: what `@EventPattern` and `@MessagePattern` handle is retried, goes to a dead-letter topic, is handled
 * concurrently by key, and is drained when the application closes. Patterns are names of topics, which must exist.
 *
 * ```ts
 * app.connectMicroservice({ strategy: new SubscribeStrategy({ client: { brokers }, groupId: 'orders' }) });
 * await app.startAllMicroservices();
 * ```
 *
 * A failed request (`@MessagePattern`) is answered with its error and not retried, unless it threw `KafkaRetriableException`.
 */
export class SubscribeStrategy extends Server<SubscribeStrategyListeners> implements CustomTransportStrategy {
  // `subscribe` gets what a handler throws, and says so: Nest need not log it once more.
  override readonly propagatesEventHandlerErrors: boolean = true;
  override transportId: Transport | symbol;
  protected override readonly logger: Logger = new Logger(SubscribeStrategy.name);
  readonly #options: SubscribeStrategyOptions;
  readonly #handlers: HandlerGroups;
  readonly #subscriptions = new Map<string, Subscription<unknown>>();
  readonly #listeners: ((subscription: Subscription<unknown>) => void)[] = [];
  #producer: Producer | undefined;
  #starting: Promise<void> | undefined;
  #isClosed = false;

  /** @param options see {@link SubscribeStrategyOptions}; those of `subscribe` are checked when the application starts */
  constructor(options: SubscribeStrategyOptions) {
    super();
    this.#options = options;
    this.transportId = options.transportId ?? Transport.KAFKA;
    const { client: _client, transportId: _transportId, ...own } = options;
    this.#handlers = new HandlerGroups(own);
  }

  /**
   * Takes a handler; called by Nest.
   *
   * @throws {KafkaTracingError} `invalid_option`: its pattern is no topic, or does not go with those that are there
   */
  override addHandler(
    pattern: unknown,
    handler: MessageHandler,
    isEventHandler: boolean = false,
    extras: Record<string, unknown> = {},
  ): void {
    handler.isEventHandler = isEventHandler;
    handler.extras = extras;
    this.#handlers.add(pattern, handler);
    // What Nest lists as the handlers of its servers.
    this.messageHandlers.set(String(pattern), handler);
  }

  /** Subscribes each group; called by Nest, which gets what `subscribe` throws: the application does not start. */
  async listen(callback: (error?: unknown) => void): Promise<void> {
    // Nest awaits its own start before it calls this, and the application may have been closed meanwhile.
    if (this.#isClosed) return callback(new KafkaTracingError('drained', 'The application was closed before SubscribeStrategy listened.'));
    this.#starting = this.#start();
    try {
      await this.#starting;
    } catch (error) {
      await this.#stop();
      return callback(error);
    } finally {
      this.#starting = undefined;
    }
    callback();
  }

  /** Drains every subscription; called by Nest when the application closes. */
  async close(): Promise<void> {
    this.#isClosed = true;
    // What is still starting could not be drained, and would stay.
    if (this.#starting !== undefined) await this.#starting.catch(() => {});
    await this.#stop();
  }

  /** Returns the state of each subscription, at once and without a request. */
  health(): SubscribeStrategyHealth {
    const groups = Object.fromEntries([...this.#subscriptions].map(([groupId, subscription]) => [groupId, subscription.health()]));
    const states = Object.values(groups);
    return { ok: states.length > 0 && states.length === this.#handlers.all.length && states.every(({ ok }) => ok), groups };
  }

  /** Calls `listener` for each event of every subscription; see `SubscriptionEvents` of `@tracelink/kafka/subscribe`. */
  override on<E extends keyof SubscribeStrategyListeners, L extends SubscribeStrategyListeners[E]>(name: E, listener: L): void {
    const listen = (subscription: Subscription<unknown>): void => void subscription.on(name, listener as never);
    this.#listeners.push(listen);
    for (const subscription of this.#subscriptions.values()) listen(subscription);
  }

  /** Returns the subscriptions by their group, once the application listens: to pause, to resume, to ask for the lag. */
  override unwrap<T = ReadonlyMap<string, Subscription<unknown>>>(): T {
    return this.#subscriptions as T;
  }

  async #start(): Promise<void> {
    const groups = this.#handlers.all;
    if (groups.length === 0)
      throw new KafkaTracingError(
        'invalid_option',
        'SubscribeStrategy has no handler: no method of a controller has @EventPattern or @MessagePattern for its transport.',
      );
    const kafka = clientsOf(this.#options.client, this.logger);
    if (this.#handlers.hasRequests) {
      // Named, as kafkajs warns of its default where none is.
      const createPartitioner = Partitioners.DefaultPartitioner;
      this.#producer = wrapProducer(
        kafka.producer({ createPartitioner, ...this.#options.producer }),
        repliesTracing(this.#options.tracing),
      );
      await this.#producer.connect();
    }
    for (const group of groups) await this.#subscribe(kafka, group);
  }

  async #subscribe(kafka: KafkaClients, { options, handlers }: HandlerGroup): Promise<void> {
    const { client: _client, transportId: _transportId, ...own } = this.#options;
    const chosen = { log: logOf(this.logger), ...own, ...options };
    const handling: Handling = {
      producer: this.#producer,
      parser: chosen.codec === undefined ? parsers.raw : parsers.decoded,
      between: (context, handle) => this.#between(context, handle),
    };
    const subscription = await subscribe<unknown>(kafka, {
      ...chosen,
      topics: [...handlers.keys()],
      handler: (message, scope) => handleMessage(handlers.get(message.topic) as TopicHandlers, message, scope, handling),
    });
    this.#subscriptions.set(options.groupId, subscription);
    for (const listen of this.#listeners) listen(subscription);
  }

  /** The hooks that an application may have set to see what is processed. */
  async #between(context: Parameters<Handling['between']>[0], handle: () => Promise<void>): Promise<void> {
    const ended = Promise.withResolvers<void>();
    let isBegun = false;
    const done = async (): Promise<void> => {
      isBegun = true;
      await handle().then(ended.resolve, ended.reject);
      try {
        await (this.onProcessingEndHook?.(this.transportId, context) as unknown);
      } catch (error) {
        this.#log('end', error);
      }
    };
    const start = async (): Promise<unknown> => this.onProcessingStartHook(this.transportId, context, done) as unknown;
    start().catch((error: unknown) => {
      // Whether the message is handled is then the handler's to say.
      if (isBegun) this.#log('start', error);
      else ended.reject(error);
    });
    return ended.promise;
  }

  #log(which: 'start' | 'end', error: unknown): void {
    this.logger.error(`The processing ${which} hook has failed, after its message was handed to the handler: ${errorMessage(error)}`);
  }

  async #stop(): Promise<void> {
    await Promise.all([...this.#subscriptions.values()].map((subscription) => subscription.drain()));
    await this.#producer?.disconnect();
    this.#producer = undefined;
  }
}

/** What holds for the answers: a `relation` is what the consumer wants, and no wish that its answers would carry. */
function repliesTracing(consumer: SubscribeStrategyOptions['tracing'] = {}): ProducerOptions {
  const { onProcess: _, parentLink: _parentLink, traceLimits: _traceLimits, relation: _relation, topics, ...tracing } = consumer;
  if (topics === undefined) return tracing;
  const named = Object.entries(topics).map(([topic, { relation: _ofTopic, ...own }]) => [topic, own] as const);
  return { ...tracing, topics: Object.fromEntries(named) };
}

function clientsOf(client: KafkaConfig | KafkaClients, logger: Logger): KafkaClients {
  if ('consumer' in client) return client;
  return new Kafka({ logCreator: KafkaLogger.bind(null, logger), ...client });
}

/** Nest's logger as that of a subscription. */
function logOf(logger: Logger): SubscriptionLog {
  return {
    info: (fields, message) => logger.log({ message, ...fields }),
    warn: (fields, message) => logger.warn({ message, ...fields }),
  };
}
