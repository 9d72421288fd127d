import {
  ConfigurableModuleBuilder,
  Global,
  Inject,
  Module,
  type ConfigurableModuleCls,
  type OnApplicationShutdown,
  type Type,
} from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import type { KafkaOptions } from '@nestjs/microservices';
import type { KafkaConfig } from 'kafkajs';
import { TracedClientKafka, type ClientTracingOptions } from '../clients/traced-client-kafka.ts';
import { keepOriginalErrors } from '../handlers/original-error.ts';
import { SubscribeStrategy, type SubscribeStrategyOptions } from '../subscribe/subscribe-strategy.ts';

/** Options of {@link TracelinkModule}. */
export interface TracelinkModuleOptions {
  /** The config of kafkajs' client, for `TracedClientKafka` and for `SubscribeStrategy`. */
  readonly client: KafkaConfig;
  /** The other options of Nest's `ClientKafka`. @default {} */
  readonly clientKafka?: Omit<Required<KafkaOptions>['options'], 'client'>;
  /** How `TracedClientKafka` is traced. @default {} */
  readonly tracing?: ClientTracingOptions;
  /** The options of `SubscribeStrategy`; without them it cannot be started. @default none */
  readonly subscribe?: Omit<SubscribeStrategyOptions, 'client'>;
}

const builder = new ConfigurableModuleBuilder<TracelinkModuleOptions>().setClassMethodName('forRoot').build();
const token = builder.MODULE_OPTIONS_TOKEN;
const Configurable: ConfigurableModuleCls<TracelinkModuleOptions, 'forRoot'> = builder.ConfigurableModuleClass;

/**
 * Makes a {@link TracedClientKafka} and a {@link SubscribeStrategy} that every module can inject, and keeps what handlers throw: for
 * `classify`, for the span and for the dead-letter record, where Nest hands on a plain object. The client is closed when the application
 * shuts down.
 *
 * ```ts
 * @Module({ imports: [TracelinkModule.forRoot({ client: { brokers }, subscribe: { groupId: 'orders' } })] })
 * // in main.ts
 * app.connectMicroservice({ strategy: app.get(SubscribeStrategy) });
 * ```
 *
 * `forRootAsync` takes `imports`, `inject` and `useFactory`, `useClass` or `useExisting`.
 */
export class TracelinkModule extends Configurable implements OnApplicationShutdown {
  readonly #client: TracedClientKafka;

  /** Called by Nest. */
  constructor(discovery: DiscoveryService, client: TracedClientKafka) {
    super();
    this.#client = client;
    // Now, as in a hybrid application handlers are bound before any hook is called.
    for (const { metatype } of discovery.getControllers()) if (typeof metatype === 'function') keepOriginalErrors(metatype as Type);
  }

  /** Closes the client; called by Nest. */
  async onApplicationShutdown(): Promise<void> {
    await this.#client.close();
  }
}

// Decorators by hand: type stripping, by which these sources run, leaves their syntax in.
Inject(DiscoveryService)(TracelinkModule, undefined, 0);
Inject(TracedClientKafka)(TracelinkModule, undefined, 1);
Global()(TracelinkModule);
Module({
  imports: [DiscoveryModule],
  providers: [
    {
      provide: TracedClientKafka,
      inject: [token],
      useFactory: ({ client, clientKafka, tracing }: TracelinkModuleOptions) =>
        new TracedClientKafka({ ...clientKafka, client } as Required<KafkaOptions>['options'], tracing),
    },
    {
      provide: SubscribeStrategy,
      inject: [token],
      useFactory: ({ client, subscribe }: TracelinkModuleOptions) =>
        new SubscribeStrategy({ client, ...(subscribe as object) } as SubscribeStrategyOptions),
    },
  ],
  exports: [TracedClientKafka, SubscribeStrategy],
})(TracelinkModule);
