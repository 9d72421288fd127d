import { Kafka, logLevel } from 'kafkajs';
import { setTimeout as wait } from 'node:timers/promises';
import { drainOnSignal, subscribe } from '../../src/subscribe/index.ts';

// Consumes a topic until the drain: reports when its message is in flight, and the drain's report.
const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const [brokers = '', topic = ''] = process.argv.slice(2);
const heard = Promise.withResolvers<void>();
const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
const subscription = await subscribe(kafka, {
  groupId: topic,
  topics: [topic],
  fromBeginning: true,
  deadLetter: false,
  handler: async () => {
    await heard.promise;
    process.send?.('in flight');
    await wait(300);
  },
  log: {
    info: (fields, message) => say(`${message} ${JSON.stringify(fields)}`),
    warn: (fields, message) => say(`${message} ${JSON.stringify(fields)}`),
  },
});
drainOnSignal([subscription], { afterwards: () => say('bye') });
heard.resolve();
