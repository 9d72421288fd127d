// Runs a service of tracelink's wrappers under APM agents and keeps what became of its traces: see README.md.
import { rmSync } from 'node:fs';
import { kafkaUnderTest } from '@tracelink/testing';
import type { Agent } from './agents/agent.ts';
import { agents } from './agents/agents.ts';
import { onlyOf, type Selection } from '../recorded/only.ts';
import { usage } from './command-line.ts';
import { keptRuns } from './fixture.ts';
import { pack } from './run/install.ts';
import { runAgent } from './run/run-agent.ts';
import { table } from './table.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

let selection: Selection<Agent>;
try {
  selection = onlyOf(process.argv.slice(2), agents, 'agent');
} catch (error) {
  say(`${text(error)}\n\n${usage(agents)}`);
  process.exit(2);
}
if (selection.help) process.stdout.write(usage(agents));
else process.exitCode = await main(selection);

/** Runs the agents one after the other and removes everything that it made, whatever happens. */
async function main({ chosen }: Selection<Agent>): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort(new Error('stopped')));
  process.env['KAFKA_IMAGE'] ??= 'apache/kafka:4.4.0';
  await using kafka = await kafkaUnderTest();
  say('packing tracelink');
  const packed = await pack();
  const failed: string[] = [];
  try {
    for (const agent of chosen) {
      say(`${agent.name}: installing and running`);
      try {
        keptRuns.write(agent.name, await runAgent(agent, { kafka, packed, signal: stop.signal }));
      } catch (error) {
        if (stop.signal.aborted) return 130;
        failed.push(`FAILED: ${agent.name}: ${text(error)}`);
      }
    }
  } finally {
    rmSync(packed.folder, { recursive: true, force: true });
  }
  process.stdout.write(`${[...table(keptRuns.read()), ...failed].join('\n')}\n`);
  return failed.length === 0 ? 0 : 1;
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
