import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { AvroDeserializer, SchemaRegistryClient, SerdeType } from '@confluentinc/schemaregistry';
import { expect } from 'chai';
import { deserializerCodec, registryCodec, type Codec } from '../../src/schema-registry/index.ts';
import { produce } from '../support/broker/consume.ts';
import { useKafka } from '../support/broker/kafka.ts';
import { useSubscriptions } from '../support/broker/subscription.ts';
import { useSchemaRegistry } from '../support/registry/use-schema-registry.ts';

const schema = JSON.stringify({ type: 'record', name: 'Order', fields: [{ name: 'id', type: 'string' }] });

describe('a subscription whose values have schemas of a registry', () => {
  const kafka = useKafka();
  const subscriptions = useSubscriptions(kafka);
  const running = useSchemaRegistry();

  const codecs: Readonly<Record<string, () => Codec<unknown>>> = {
    registryCodec: () => registryCodec(new SchemaRegistry({ host: running().url, retry: { retries: 0 } })),
    deserializerCodec: () =>
      deserializerCodec(
        new SchemaRegistryClient({ baseURLs: [running().url], maxRetries: 0 }),
        (client) => new AvroDeserializer(client, SerdeType.VALUE, {}),
      ),
  };

  for (const [name, codec] of Object.entries(codecs))
    it(`waits out an outage of the registry, and sends what is no message to the dead-letter topic at once, with ${name}`, async () => {
      const topic = await kafka.createTopic();
      const registry = new SchemaRegistry({ host: running().url });
      const { id } = await registry.register({ type: SchemaType.AVRO, schema }, { subject: `${topic}-value` });
      await produce(kafka, topic, [{ value: await registry.encode(id, { id: 'o-1' }) }, { value: 'no schema' }]);
      running().fault = { status: 503, body: 'down' };
      const handled: unknown[] = [];
      const failed: string[] = [];
      const dead = Promise.withResolvers<string>();
      const subscription = await subscriptions.subscribe(topic, ({ value }) => void handled.push(value), {
        codec: codec(),
        retry: { attempts: 10, backoff: { initial: 1, jitter: 0 } },
      });
      subscription.on('attempt-failed', ({ offset, attempt, verdict }) => {
        failed.push(`${offset}: attempt ${attempt}, ${verdict}`);
        if (attempt === 2) running().fault = undefined;
      });
      subscription.on('dead-letter', ({ error }) => dead.resolve((error as Error).message));
      expect(await dead.promise).to.match(/^\[undecodable] /);
      expect(handled.map((value) => ({ ...(value as object) }))).to.deep.equal([{ id: 'o-1' }]);
      expect(failed).to.deep.equal(['0: attempt 1, retry', '0: attempt 2, retry', '1: attempt 1, dead-letter']);
    });
});
