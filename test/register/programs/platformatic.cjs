// The same in CommonJS: the client is an ES module that is required.
const { createServer } = require('node:http');
const { Consumer, Producer, stringDeserializers, stringSerializers } = require('@platformatic/kafka');

async function main([brokers, placed, packed]) {
  const base = { clientId: 'own', bootstrapBrokers: brokers.split(',') };
  const producer = new Producer({ ...base, serializers: stringSerializers });
  const consumerOf = (group) => new Consumer({ ...base, groupId: `${group}-${placed}`, deserializers: stringDeserializers });
  const [packing, shipping] = [consumerOf('packing'), consumerOf('shipping')];

  const pack = async () => {
    for await (const { value } of await packing.consume({ topics: [placed], mode: 'earliest', autocommit: false })) {
      await producer.send({ messages: [{ topic: packed, value }] });
      break;
    }
  };
  const ship = async () => {
    for await (const { value } of await shipping.consume({ topics: [packed], mode: 'earliest', autocommit: false })) {
      if (value === 'tea') break;
    }
  };

  const handled = Promise.all([pack(), ship()]);
  const server = createServer((_request, response) => {
    void producer.send({ messages: [{ topic: placed, value: 'tea' }] }).then(() => response.end('placed'));
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  await handled;
  server.close();
  await Promise.all([packing.close(true), shipping.close(true), producer.close()]);
}

void main(process.argv.slice(2));
