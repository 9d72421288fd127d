import { KafkaJsInstrumentation } from '@opentelemetry/instrumentation-kafkajs';
import type { ClientName } from '../cases.ts';
import { requirePeer } from './peer-packages.ts';

/** The class of each instrumentation that is no devDependency. */
interface Peers {
  readonly ConfluentKafkaInstrumentation: new () => object;
  readonly KafkaInstrumentation: new () => object;
}

/**
 * Starts the instrumentation that others made for a client. Call it after the SDK is started and before the client is loaded, as an
 * application does: two of the three patch the client when that is required.
 */
export function startPeer(client: ClientName): object {
  switch (client) {
    case 'kafkajs':
      return new KafkaJsInstrumentation();
    case 'confluent':
      return new (requirePeer('@instana/instrumentation-confluent-kafka-javascript') as Peers).ConfluentKafkaInstrumentation();
    case 'platformatic':
      return new (requirePeer('@platformatic/kafka-opentelemetry') as Peers).KafkaInstrumentation();
  }
}
