import { diagnose, type TraceBackEnd } from '@tracelink/kafka/doctor';
import { Kafka, logLevel } from 'kafkajs';
import { soundlyTraced, traced, type TracedPlant } from '../doctor/plants/traced.ts';

/** What an answer of one trace shows, as Jaeger and Tempo give it, and what is sound. Of what links from other traces show, it tells nothing. */
export const ofOneTrace: readonly TracedPlant[] = [
  ...traced.filter(({ rule }) => rule === 'send-traced-twice' || rule === 'sampling-lost'),
  ...soundlyTraced,
];

/** The rules that a topic breaks by a plant that was run, once the back end has what was sent to it. */
export async function brokenBy(
  { rule: planted }: TracedPlant,
  brokers: readonly string[],
  topic: string,
  backEnd: TraceBackEnd,
): Promise<readonly string[]> {
  const client = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
  const look = async (): Promise<readonly string[]> => {
    const { topics } = await diagnose(client, { topics: [topic], backEnd });
    // Of a minute ago, as they are sent here.
    return topics[0]?.findings.map(({ rule }) => rule).filter((rule) => rule !== 'clock-behind-origin') ?? [];
  };
  let found = await look();
  // It takes a moment to have what it received.
  while (found.includes('trace-unknown') || (planted !== undefined && found.length === 0)) found = await look();
  return found;
}
