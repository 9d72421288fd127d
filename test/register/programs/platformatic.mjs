// The same with Platformatic's client, one of whose classes is extended.
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

const [brokers, topic] = process.argv.slice(2);
const base = { clientId: 'own', bootstrapBrokers: brokers.split(',') };
const producer = new OwnProducer({ ...base, serializers: stringSerializers });
await producer.sendCounted({ messages: [{ topic, value: 'v' }] });
if (producer.sent !== 1) throw new Error('A private field is lost.');
const consumer = new Consumer({ ...base, groupId: `group-${topic}`, deserializers: stringDeserializers });
if (!(consumer instanceof Consumer)) throw new Error('The class of a client is another one.');
const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false });
for await (const message of stream) {
  if (message.value === 'v') break;
}
await consumer.close(true);
await producer.close();
