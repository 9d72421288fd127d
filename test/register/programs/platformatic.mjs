// The same with Platformatic's client, one of whose classes is extended.
import { createServer } from 'node:http';
import { Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';

class OwnProducer extends Producer {
  #sent = 0;
  sendCounted(options) {
    this.#sent += options.messages.length;
    return this.send(options);
  }

  get sent() {
    return this.#sent;
  }
}

const [brokers, placed, packed] = process.argv.slice(2);
const base = { clientId: 'own', bootstrapBrokers: brokers.split(',') };
const producer = new OwnProducer({ ...base, serializers: stringSerializers });
const consumerOf = (group) => new Consumer({ ...base, groupId: `${group}-${placed}`, deserializers: stringDeserializers });
const [packing, shipping] = [consumerOf('packing'), consumerOf('shipping')];
if (!(packing instanceof Consumer)) throw new Error('The class of a client is another one.');

async function pack() {
  for await (const { value } of await packing.consume({ topics: [placed], mode: 'earliest', autocommit: false })) {
    await producer.sendCounted({ messages: [{ topic: packed, value }] });
    break;
  }
}

async function ship() {
  for await (const { value } of await shipping.consume({ topics: [packed], mode: 'earliest', autocommit: false })) {
    if (value === 'tea') break;
  }
}

const handled = Promise.all([pack(), ship()]);
const server = createServer((_request, response) => {
  void producer.sendCounted({ messages: [{ topic: placed, value: 'tea' }] }).then(() => response.end('placed'));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
await handled;
server.close();
if (producer.sent !== 2) throw new Error('A private field is lost.');
await Promise.all([packing.close(true), shipping.close(true), producer.close()]);
