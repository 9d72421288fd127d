import { readFileSync } from 'node:fs';
import type { KafkaUnderTest } from '@tracelink/testing';
import { run } from '../../clients/support/run.ts';
import { witness } from '../../hops/run/witness.ts';
import { settingName, programFile, type Agent, type Setting } from '../agents/agent.ts';
import type { Fixture, Mode, Run, Seen } from '../fixture.ts';
import type { RawHeaders } from '../../recorded/fixture-folder.ts';
import { install, type Packed } from './install.ts';
import { instanaHostAgent } from './instana-host-agent.ts';

const modes: readonly Mode[] = ['no SDK', 'beside', 'withhold', 'instead'];
const limitMs = 60_000;

/** What runs are made in. */
export interface Surroundings {
  readonly kafka: KafkaUnderTest;
  readonly packed: Packed;
  readonly signal: AbortSignal;
}

/** Runs the program beside an agent, in each of its settings and each mode of tracelink. */
export async function runAgent(agent: Agent, { kafka, packed, signal }: Surroundings): Promise<Fixture> {
  using installed = await install(agent, packed);
  await using hostAgent = await instanaHostAgent();
  const runs: Run[] = [];
  for (const setting of agent.settings) {
    for (const mode of modes) {
      signal.throwIfAborted();
      runs.push(await runOnce(agent, setting, mode, { kafka, folder: installed.folder, env: hostAgent.env }));
    }
  }
  const { dependencies } = JSON.parse(readFileSync(programFile(`${agent.name}/package.json`), 'utf8')) as Pick<PackageJson, 'dependencies'>;
  return {
    agent: agent.title,
    versions: { ...dependencies, node: process.versions.node },
    broker: kafka.name,
    date: new Date().toISOString().slice(0, 10),
    runs,
  };
}

interface PackageJson {
  readonly dependencies: Readonly<Record<string, string>>;
}

interface Place {
  readonly kafka: KafkaUnderTest;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

async function runOnce(agent: Agent, setting: Setting, mode: Mode, { kafka, folder, env }: Place): Promise<Run> {
  const [sent, subscribed, transactional] = [await kafka.createTopic(), await kafka.createTopic(), await kafka.createTopic()];
  const task = {
    brokers: kafka.brokers,
    group: kafka.groupId(),
    sent,
    subscribed,
    transactional,
    // Where the agent is an SDK, the modes are its own.
    sdk: mode !== 'no SDK' && agent.takesSdk !== false,
    ...(mode === 'no SDK' ? {} : { agentContext: mode }),
  };
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const ending = await run(
    {
      file: process.execPath,
      args: [...agent.start, 'program.mjs', JSON.stringify(task)],
      cwd: folder,
      env: { ...inherited, ...env, ...agent.env, ...setting },
    },
    limitMs,
  );
  const line = ending.stdout.split('\n').findLast((each) => each.startsWith('{"sdk":'));
  if (line === undefined) throw new Error(`${settingName(setting)}, ${mode}: ${ending.how}\n${ending.stdout}\n${ending.stderr}`);
  const headersOf = async (topic: string, value: string): Promise<RawHeaders> =>
    (await witness(kafka.brokers, topic, 1)).get(value)?.headers ?? [];
  return {
    setting: settingName(setting),
    mode,
    records: {
      sent: await headersOf(sent, 'first'),
      subscribed: await headersOf(subscribed, 'only'),
      transactional: await headersOf(transactional, 'only'),
    },
    seen: JSON.parse(line) as Seen,
  };
}
