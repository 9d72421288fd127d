// Orders as Avro with the id of their schema in a header: encoded before they are sent, decoded before the handler sees them.
import { AvroDeserializer, AvroSerializer, HeaderSchemaIdSerializer, SchemaRegistryClient, SerdeType } from '@confluentinc/schemaregistry';
import { wrapProducer } from '@tracelink/kafka';
import { deserializerCodec } from '@tracelink/kafka/schema-registry';
import { subscribe } from '@tracelink/kafka/subscribe';
import { Kafka } from 'kafkajs';

const topic = 'orders.avro';
const kafka = new Kafka({ brokers: (process.env.KAFKA_BROKERS ?? 'localhost:9092').split(',') });
const registry = new SchemaRegistryClient({ baseURLs: [process.env.SCHEMA_REGISTRY_URL ?? 'http://localhost:8081'] });

const schema = JSON.stringify({ type: 'record', name: 'Order', fields: [{ name: 'id', type: 'string' }] });
await registry.register(`${topic}-value`, { schemaType: 'AVRO', schema });
const serializer = new AvroSerializer(registry, SerdeType.VALUE, {
  useLatestVersion: true,
  schemaIdSerializer: HeaderSchemaIdSerializer,
});

const producer = wrapProducer(kafka.producer());
await producer.connect();
const headers = {};
// The serializer writes the id of the schema into the headers, the producer the trace.
const value = await serializer.serialize(topic, { id: 'o-1' }, headers);
await producer.send({ topic, messages: [{ key: 'o-1', value, headers }] });
await producer.send({ topic, messages: [{ key: 'o-2', value: 'no Avro' }] });

const [packed, refused] = [Promise.withResolvers(), Promise.withResolvers()];
const subscription = await subscribe(kafka, {
  groupId: 'packing',
  topics: [topic],
  fromBeginning: true,
  codec: deserializerCodec(registry, (client) => new AvroDeserializer(client, SerdeType.VALUE, {})),
  handler: ({ key, value: order }) => {
    console.log(`packing ${String(key)}: ${JSON.stringify(order)}`);
    packed.resolve();
  },
});
subscription.on('dead-letter', ({ offset, error }) => {
  console.log(`message ${offset}: ${error.message}`);
  refused.resolve();
});
await Promise.all([packed.promise, refused.promise]);
await subscription.drain();
await producer.disconnect();
