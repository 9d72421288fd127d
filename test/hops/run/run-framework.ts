import type { KafkaUnderTest } from '@tracelink/testing';
import type { Command } from '../../clients/support/client.ts';
import type { Fixture, Hop, Journey } from '../fixture.ts';
import { settingName, type Framework, type Setting } from '../frameworks/framework.ts';
import { formats, OurService, type Arrival } from './ours.ts';
import { startProgram } from './program.ts';
import { witness, type Witnessed } from './witness.ts';

/** How long a program may take to start and join its group, and then from record to record. */
const firstMs = 90_000;
const patienceMs = 15_000;

/** What runs are made in. */
interface Surroundings {
  readonly kafka: KafkaUnderTest;
  /** Ends the run. */
  readonly signal: AbortSignal;
}

/** Sends records of every format through a framework, in each of its settings, each with the command that it was built for. */
export async function runFramework(
  framework: Framework,
  commands: ReadonlyMap<Setting, Command>,
  { kafka, signal }: Surroundings,
): Promise<Fixture> {
  const journeys: Journey[] = [];
  for (const [setting, command] of commands) journeys.push(...(await runSetting(setting, command, { kafka, signal })));
  return {
    framework: framework.title,
    versions: framework.versions(),
    broker: kafka.name,
    date: new Date().toISOString().slice(0, 10),
    journeys,
  };
}

async function runSetting(setting: Setting, command: Command, { kafka, signal }: Surroundings): Promise<Journey[]> {
  const [into, out] = [await kafka.createTopic(), await kafka.createTopic()];
  await using program = startProgram(command, {
    ...setting,
    HOP_BROKERS: kafka.brokers.join(','),
    HOP_GROUP: kafka.groupId(),
    HOP_IN: into,
    HOP_OUT: out,
  });
  await using ours = new OurService(kafka.brokers);
  await ours.start(into, out);
  const arrivals = await Promise.race([ours.whenSettled(firstMs, patienceMs), program.failed, aborted(signal)]);
  if (arrivals.length === 0) throw new Error(`nothing came out of it within ${firstMs / 1_000} s:\n${program.words.join('\n')}`);
  const forwarded = arrivals.filter(({ round }) => round === 1).length;
  const sent = await witness(kafka.brokers, into, formats.length + forwarded);
  const received = await witness(kafka.brokers, out, arrivals.length);
  return formats.map((format) => ({
    setting: settingName(setting),
    format,
    hops: [1, 2].flatMap((round) => hopOf(`${format}-${round}`, { sent, received, arrivals })),
  }));
}

interface Seen {
  readonly sent: ReadonlyMap<string, Witnessed>;
  readonly received: ReadonlyMap<string, Witnessed>;
  readonly arrivals: readonly Arrival[];
}

function hopOf(value: string, { sent, received, arrivals }: Seen): Hop[] {
  const before = sent.get(value);
  if (before === undefined) return [];
  const after = received.get(value);
  const arrival = arrivals.find(({ format, round }) => `${format}-${round}` === value);
  if (after === undefined || arrival === undefined) return [{ sent: before.headers }];
  return [{ sent: before.headers, received: after.headers, keepsKey: after.key === before.key, span: arrival.span }];
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
