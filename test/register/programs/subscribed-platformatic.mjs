// Tracelink's own engine on Platformatic's client beside the flag: it makes its spans itself.
import * as library from '@platformatic/kafka';
import { subscribe } from '@tracelink/kafka/subscribe';

const [brokers, topic] = process.argv.slice(2);
const options = { clientId: 'subscribed', bootstrapBrokers: brokers.split(',') };
const producer = new library.Producer(options);
await producer.send({ messages: [{ topic, value: Buffer.from('v') }] });
await producer.close();
const handled = Promise.withResolvers();
const subscription = await subscribe(
  { library, options },
  {
    groupId: `group-${topic}`,
    topics: [topic],
    fromBeginning: true,
    retry: { attempts: 1 },
    deadLetter: { topic: `dead.${topic}` },
    handler: async () => {
      throw new Error('to the dead-letter topic');
    },
  },
);
subscription.on('dead-letter', handled.resolve);
await handled.promise;
await subscription.drain();
