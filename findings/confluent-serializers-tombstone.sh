#!/usr/bin/env bash
# @confluentinc/schemaregistry 1.10.1: a serializer refuses null and a deserializer the value of a tombstone, which clients of Node read as null, while an empty value is
# null to it. Those of the same maker's confluent-kafka 2.16.1 for Python make null of null, both ways. No registry and no Kafka; needs Python 3.10.
. "$(dirname "$0")/support/kafka.sh"
install @confluentinc/schemaregistry@1.10.1
run <<'JS'
import { AvroDeserializer, AvroSerializer, SchemaRegistryClient, SerdeType } from '@confluentinc/schemaregistry';
const schema = JSON.stringify({ type: 'record', name: 'Order', fields: [{ name: 'id', type: 'string' }] });
const client = SchemaRegistryClient.newClient({ baseURLs: ['mock://'] });
await client.register('orders-value', { schemaType: 'AVRO', schema });
const serializer = new AvroSerializer(client, SerdeType.VALUE, { useLatestVersion: true });
const deserializer = new AvroDeserializer(client, SerdeType.VALUE, {});
const order = await serializer.serialize('orders', { id: 'a' });
console.log('deserialize an order:', JSON.stringify(await deserializer.deserialize('orders', order)));
for (const [name, value] of [['null', null], ['undefined', undefined]]) console.log(`serialize ${name}:`, await orError(serializer.serialize('orders', value)));
for (const [name, value] of [['null', null], ['no bytes', Buffer.alloc(0)]]) console.log(`deserialize ${name}:`, await orError(deserializer.deserialize('orders', value)));
process.exit(0);

function orError(promise) {
  return promise.catch(String);
}
JS
expect 'deserialize an order: {"id":"a"}
serialize null: Error: message is empty
serialize undefined: Error: message is empty
deserialize null: Error: Invalid buffer
deserialize no bytes: null'
install_python 'confluent-kafka[avro,schemaregistry]==2.16.1'
run_python <<'PY'
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

schema = '{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]}'
client = SchemaRegistryClient.new_client({"url": "mock://"})
context = SerializationContext("orders", MessageField.VALUE)
serializer = AvroSerializer(client, schema)
deserializer = AvroDeserializer(client)
print("deserialize an order:", deserializer(serializer({"id": "a"}, context), context))
print("serialize None:", serializer(None, context))
print("deserialize None:", deserializer(None, context))
PY
expect "deserialize an order: {'id': 'a'}
serialize None: None
deserialize None: None"
