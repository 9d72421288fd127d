import { kafkaUnderTest } from '@tracelink/testing';
import type { EndToEndAnswer, EndToEndTask } from './end-to-end-child.ts';
import { median } from '../measure/median.ts';
import { runChild } from '../measure/run-child.ts';
import { libraries, type Library } from '../measure/scenario.ts';

/** The ways in which messages go through a real broker. */
export const flows = { produce: 'send of 100', 'consume-100': 'eachBatch of 100', consume: 'eachBatch of what one fetch brings' } as const;
export type FlowName = keyof typeof flows;
export const flowNames: readonly FlowName[] = Object.keys(flows) as FlowName[];

/** What one library did: one value a round. */
export interface FlowSeries {
  readonly flow: FlowName;
  readonly library: Library;
  readonly messagesPerSecond: readonly number[];
  /** Throughput over that of bare kafkajs in the same round. */
  readonly ratio: readonly number[];
  /** CPU microseconds a message. */
  readonly cpu: readonly number[];
  readonly batchSize: number;
}

/**
 * Runs each flow for every library in interleaved rounds against the broker of `KAFKA_BROKERS`, or Apache Kafka in a container. What is
 * consumed is the same topic for all, filled by bare kafkajs with a creation context in each message. Even rounds go through
 * the libraries backwards, so that none always follows the same other.
 */
export async function endToEnd(
  names: readonly FlowName[],
  rounds: number,
  messages: number,
  progress: (line: string) => void,
): Promise<FlowSeries[]> {
  process.env['KAFKA_IMAGE'] ??= 'apache/kafka:4.4.0';
  await using kafka = await kafkaUnderTest();
  const { brokers } = kafka;
  const filled = await kafka.createTopic();
  progress('end to end: filling the topic that is consumed');
  await runClient({ library: 'bare', phase: 'fill', brokers, topic: filled, messages });
  const series: FlowSeries[] = [];
  for (const flow of names) {
    const answers = new Map<Library, EndToEndAnswer[]>(libraries.map((library) => [library, []]));
    for (let round = 0; round < rounds; round++) {
      progress(`end to end, ${flow}: round ${round + 1} of ${rounds}`);
      for (const library of round % 2 === 0 ? libraries : libraries.toReversed()) {
        const topic = flow === 'produce' ? await kafka.createTopic() : filled;
        const answer = await runClient({ library, phase: flow, brokers, topic, messages });
        if ((library === 'bare') !== (answer.spans === 0)) throw new Error(`${library} made ${answer.spans} spans in ${flow}.`);
        answers.get(library)?.push(answer);
      }
    }
    const bare = (answers.get('bare') ?? []).map(({ messagesPerSecond }) => messagesPerSecond);
    for (const [library, ofLibrary] of answers) {
      const messagesPerSecond = ofLibrary.map((answer) => answer.messagesPerSecond);
      const ratio = messagesPerSecond.map((rate, round) => rate / (bare[round] ?? NaN));
      const cpu = ofLibrary.map(({ cpuMicroseconds }) => cpuMicroseconds);
      series.push({ flow, library, messagesPerSecond, ratio, cpu, batchSize: median(ofLibrary.map(({ batchSize }) => batchSize)) });
    }
  }
  return series;
}

function runClient(task: EndToEndTask): Promise<EndToEndAnswer> {
  return runChild<EndToEndAnswer>('end-to-end/end-to-end-child.ts', task);
}
