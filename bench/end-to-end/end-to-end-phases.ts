import type { Consumer, Message, Producer } from 'kafkajs';

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

/** Sends `count` messages of 100 B, 100 a send, one send after the other; the first tenth is not measured. */
export async function produceAll(producer: Producer, topic: string, count: number): Promise<Flow> {
  return sendAll(producer, topic, count, () => undefined);
}

/** Writes what consumers read: as `produceAll`, with a creation context in `b3` of each message, as one span a message would write it. */
export async function fill(producer: Producer, topic: string, count: number): Promise<Flow> {
  let id = 0x1000000000000000n;
  return sendAll(producer, topic, count, () => {
    const spanId = (id++).toString(16);
    return { b3: `0af7651916cd43dd${spanId}-${spanId}-1` };
  });
}

async function sendAll(producer: Producer, topic: string, count: number, headers: () => Message['headers']): Promise<Flow> {
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
