import type { Consumer, Message, Producer } from 'kafkajs';
import { randomIds } from '../measure/random-ids.ts';

/** How fast messages went through one client. */
export interface Flow {
  readonly messagesPerSecond: number;
  /** User and system time of this process over the same messages. */
  readonly cpuMicroseconds: number;
  /** Messages of the calls that were measured, in the mean. */
  readonly batchSize: number;
}

const batchSize = 100;
const warmUpShare = 0.1;
const value = 'v'.repeat(100);

/** The headers that a sender writes by itself, new for each message. */
type OwnHeaders = () => Message['headers'];

export const noHeaders: OwnHeaders = () => undefined;

/** What consumers read: a creation context for each message, as one span a message would write it. */
export const ownContext: OwnHeaders = () => {
  const { traceId, spanId } = randomIds();
  return { b3: `${traceId}-${spanId}-1` };
};

/** What our producer writes at the first hop: kafkajs takes longer to encode a header than we take to make it. */
export const sameHeaders: OwnHeaders = () => ({ b3: `${sameIds}-1`, 'tracelink-origin': `00-${sameIds}-01` });
const { traceId, spanId } = randomIds();
const sameIds = `${traceId}-${spanId}`;

/** Sends `count` messages of 100 B, 100 a send, one send after the other; the first tenth is not measured. */
export async function produceAll(producer: Producer, topic: string, count: number, headers: OwnHeaders): Promise<Flow> {
  await producer.connect();
  const send = async (): Promise<void> => {
    const messages = Array.from({ length: batchSize }, (_, index): Message => {
      const ofMessage = headers();
      const message = { key: `order-${index}`, value };
      return ofMessage === undefined ? message : { ...message, headers: ofMessage };
    });
    await producer.send({ topic, messages });
  };
  const sends = count / batchSize;
  const warmUp = Math.floor(sends * warmUpShare);
  for (let index = 0; index < warmUp; index++) await send();
  const stop = startClock();
  for (let index = warmUp; index < sends; index++) await send();
  const flow = stop((sends - warmUp) * batchSize, sends - warmUp);
  await producer.disconnect();
  return flow;
}

/** Consumes `count` messages of `topic` from its beginning by `eachBatch`; the first tenth is not measured. */
export async function consumeAll(consumer: Consumer, topic: string, count: number): Promise<Flow> {
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const { promise, resolve, reject } = Promise.withResolvers<Flow>();
  let seen = 0;
  let batches = 0;
  let before = 0;
  let stop: ReturnType<typeof startClock> | undefined;
  await consumer.run({
    eachBatch: async ({ batch }) => {
      if (seen >= count) return;
      if (stop === undefined && seen >= count * warmUpShare) {
        before = seen;
        batches = 0;
        stop = startClock();
      }
      seen += batch.messages.length;
      batches++;
      if (seen < count) return;
      if (stop === undefined || seen === before) reject(new Error(`One fetch brought all ${count} messages: too few to measure.`));
      else resolve(stop(seen - before, batches));
    },
  });
  const flow = await promise;
  await consumer.disconnect();
  return flow;
}

function startClock(): (messages: number, calls: number) => Flow {
  const cpu = process.cpuUsage();
  const started = performance.now();
  return (messages, calls) => {
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    return { messagesPerSecond: messages / seconds, cpuMicroseconds: (user + system) / messages, batchSize: messages / calls };
  };
}
