import {
  confluentKafka,
  kafkajs,
  platformaticKafka,
  type EngineClient,
} from '../../../packages/kafka/test/support/broker/engine-client.ts';
import { skipped } from '../../clients/support/skipped.ts';

/** Confluent's client, if it is installed: it has a binary part. The run ends with its name where it is not. */
export const installedConfluent: readonly EngineClient[] = installed(confluentKafka);

/** The clients that `subscribe` works on, as far as they are installed. */
export const engineClients: readonly EngineClient[] = [kafkajs, ...installedConfluent, platformaticKafka];

function installed(client: EngineClient): readonly EngineClient[] {
  try {
    client.clients(['localhost:1']);
    return [client];
  } catch (error) {
    skipped(client.name, error);
    return [];
  }
}
