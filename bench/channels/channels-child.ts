// Sends or receives by the code of two checkouts, a hundred calls each in turn: what the neighbours on the machine take, they take from
// both. Answers the time of each.
import { pathToFileURL } from 'node:url';
import { context } from '@opentelemetry/api';
import type * as Wrappers from '@tracelink/kafka';
import type { Mode } from '../measure/scenario.ts';
import { startSdk } from '../measure/sdk.ts';
import { StubKafka } from '../stub/stub-kafka.ts';
import { Incoming, outgoing } from '../stub/stub-message.ts';

export interface ChannelsTask {
  readonly name: 'send-1' | 'each-message';
  readonly mode: Mode;
  /** Folders of checkouts. */
  readonly first: string;
  readonly second: string;
}

/** Nanoseconds a call, in the fastest tenth of the rounds. */
export interface ChannelsTimes {
  readonly first: number;
  readonly second: number;
}

const callsPerRound = 100;
const warmUp = 1_500;
const rounds = 1_500;

const { name, mode, first, second } = JSON.parse(process.argv[2] ?? '') as ChannelsTask;
const { request } = startSdk(mode);
const calls = [await callOf(first), await callOf(second)] as const;
const samples: [first: number, second: number][] = [];
await context.with(name === 'send-1' ? request : context.active(), async () => {
  for (let round = -warmUp; round < rounds; round++) {
    const sample: [number, number] = [await timed(calls[0]), await timed(calls[1])];
    if (round >= 0) samples.push(sample);
  }
});
process.stdout.write(JSON.stringify({ first: fastest(0), second: fastest(1) } satisfies ChannelsTimes));

async function timed(call: () => Promise<unknown>): Promise<number> {
  const started = process.hrtime.bigint();
  for (let index = 0; index < callsPerRound; index++) await call();
  return Number(process.hrtime.bigint() - started) / callsPerRound;
}

function fastest(side: 0 | 1): number {
  const sorted = samples.map((sample) => sample[side]).sort((one, two) => one - two);
  return sorted[Math.floor(rounds / 10)] as number;
}

async function callOf(checkout: string): Promise<() => Promise<unknown>> {
  const { wrapConsumer, wrapProducer } = (await import(pathToFileURL(`${checkout}/packages/kafka/src/index.ts`).href)) as typeof Wrappers;
  const kafka = new StubKafka();
  if (name === 'send-1') {
    const producer = wrapProducer(kafka.producer());
    return () => producer.send({ topic: 'orders', messages: [outgoing(0, false)] });
  }
  await wrapConsumer(kafka.consumer()).run({ eachMessage: async () => {} });
  const { eachMessage } = kafka.running;
  const incoming = new Incoming(mode !== 'unsampled');
  return async () => eachMessage?.(incoming.messagePayload());
}
