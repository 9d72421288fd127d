import { once } from 'node:events';
import { Kafka, logLevel } from 'kafkajs';
import { subscribe } from '../../src/subscribe/index.ts';

// Subscribes, and drains once its broker is gone and its client restarts again and again. Nothing must keep it from ending then.
const [brokers = '', topic = ''] = process.argv.slice(2);
const kafka = new Kafka({
  brokers: brokers.split(','),
  logLevel: logLevel.NOTHING,
  retry: { initialRetryTime: 20, maxRetryTime: 50, retries: 2 },
});
const subscription = await subscribe(kafka, { groupId: topic, topics: [topic], handler: () => {}, deadLetter: false });
process.send?.('subscribed');
await once(process, 'message');
while (subscription.health().state !== 'starting') await new Promise((resolve) => setTimeout(resolve, 5));
await subscription.drain({ grace: 0, timeout: 100 });
process.disconnect?.();
