import { EmbeddedKafka } from '@tracelink/embedded-kafka';
import { studioProviders, type StudioProviders, type StudioProvidersOptions } from '@tracelink/kafka/studio';
import { Kafka, logLevel } from 'kafkajs';
import { traceId } from '../../support/otlp.ts';

export const deadLetterTopic = 'orders.packing.dead-letter';

/** A broker with dead letters of a shop, and the studio's providers for it. */
export interface ShopBroker extends AsyncDisposable {
  readonly kafka: EmbeddedKafka;
  readonly providers: StudioProviders;
}

/** What a test tells of a dead letter. */
interface ToldLetter {
  readonly key?: string | Buffer | null;
  readonly value?: string | Buffer | null;
  readonly error?: string;
  readonly message?: string;
  readonly trace?: string;
  readonly headers?: Record<string, string | Buffer | null>;
  /** Milliseconds since the epoch. */
  readonly timestamp?: number;
}

/** A record as `subscribe` of `@tracelink/kafka` writes it. */
function letterOf({ key = 'tea', value = '{"order":7}', error = 'TimeoutError', message = 'Late', trace, headers, timestamp }: ToldLetter) {
  return {
    key,
    value,
    timestamp: timestamp ?? Date.UTC(2026, 10, 29, 8),
    headers: {
      'tracelink-original-topic': 'orders',
      'tracelink-original-partition': '0',
      'tracelink-original-offset': '41',
      'tracelink-consumer-group': 'packing',
      'tracelink-attempts': '3',
      'tracelink-error-class': error,
      'tracelink-error-message': message,
      ...(trace !== undefined && { 'tracelink-failed-attempt': `00-${traceId(trace)}-${'d'.repeat(16)}-01` }),
      ...headers,
    },
  };
}

export async function shopBroker(letters: readonly ToldLetter[], options?: StudioProvidersOptions): Promise<ShopBroker> {
  const kafka = await EmbeddedKafka.start({ topics: { orders: 1, [deadLetterTopic]: 1, 'payments-dlt': 1 } });
  if (letters.length > 0) kafka.topic(deadLetterTopic).append(0, letters.map(letterOf));
  const client = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING, retry: { retries: 1, initialRetryTime: 50 } });
  return { kafka, providers: studioProviders(client, options), [Symbol.asyncDispose]: () => kafka.stop() };
}
