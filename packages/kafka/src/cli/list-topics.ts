import type { Kafka } from 'kafkajs';
import { patientAdmin } from '../client/patient-admin.ts';
import { deadLetterTopics, type DeadLetterTopic } from '../dead-letters/dead-letter-topics.ts';
import { oneLine, readableTime, terminalJson } from './record-output.ts';
import type { Terminal } from './terminal.ts';

/** Lists the dead-letter topics that exist. @returns the exit code */
export async function listTopics(kafka: Kafka, json: boolean, signal: AbortSignal, { print, say }: Terminal): Promise<number> {
  const admin = patientAdmin(kafka.admin());
  let topics: readonly DeadLetterTopic[];
  try {
    await admin.connect();
    topics = await deadLetterTopics(kafka, admin, signal);
  } finally {
    await admin.disconnect();
  }
  if (signal.aborted) return 130;
  for (const topic of topics) print(json ? terminalJson(topic) : lineOf(topic));
  if (topics.length === 0) say('There is no topic with the name of a dead-letter topic. --from <topic> lists the records of any topic.');
  return 0;
}

function lineOf({ topic, records, oldest, newest, groups, writers }: DeadLetterTopic): string {
  if (records === 0) return oneLine(`${topic}: empty`);
  const by = writers.length === 0 ? 'unknown' : writers.join(', ');
  const of = groups.length === 0 ? '' : `, groups ${groups.join(', ')}`;
  return oneLine(`${topic}: ${records} records, ${readableTime(oldest)} to ${readableTime(newest)}, by ${by}${of}`);
}
