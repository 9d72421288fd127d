// Sends records through other frameworks and keeps what became of their traces: see README.md.
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { kafkaUnderTest } from '@tracelink/testing';
import type { Command } from '../clients/support/client.ts';
import { onlyOf, type Selection } from '../recorded/only.ts';
import { usage } from './command-line.ts';
import { keptRuns, type Fixture } from './fixture.ts';
import type { Framework, Setting } from './frameworks/framework.ts';
import { frameworks } from './frameworks/frameworks.ts';
import { writePage } from './page.ts';
import { runFramework } from './run/run-framework.ts';
import { table } from './table.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

let selection: Selection<Framework>;
try {
  selection = onlyOf(process.argv.slice(2), frameworks, 'framework');
} catch (error) {
  say(`${error instanceof Error ? error.message : String(error)}\n\n${usage(frameworks)}`);
  process.exit(2);
}
if (selection.help) process.stdout.write(usage(frameworks));
else process.exitCode = await main(selection);

/** Runs the frameworks one after the other and stops everything that it started, whatever happens. */
async function main({ chosen }: Selection<Framework>): Promise<number> {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort(new Error('stopped')));
  process.env['KAFKA_IMAGE'] ??= 'apache/kafka:4.4.0';
  await using kafka = await kafkaUnderTest();
  const fixtures = new Map<string, Fixture>();
  const missed: string[] = [];
  let failures = 0;
  for (const framework of chosen) {
    say(`${framework.name}: installing`);
    const commands = await commandsOf(framework).catch((error: unknown) => {
      missed.push(`skipped: ${framework.name}: ${text(error)}; it needs ${framework.needs}`);
    });
    if (commands === undefined) continue;
    say(`${framework.name}: running`);
    try {
      const fixture = await runFramework(framework, commands, { kafka, signal: stop.signal });
      keptRuns.write(framework.name, fixture);
      fixtures.set(framework.name, fixture);
    } catch (error) {
      if (stop.signal.aborted) return 130;
      failures++;
      missed.push(`FAILED: ${framework.name}: ${text(error)}`);
    }
  }
  if (fixtures.size > 0) writePage(keptRuns.read().values());
  process.stdout.write(`${[...table(fixtures.values()), ...missed].join('\n')}\n`);
  return failures === 0 ? 0 : 1;
}

/** One after the other: their builds share folders. */
async function commandsOf(framework: Framework): Promise<ReadonlyMap<Setting, Command>> {
  const commands = new Map<Setting, Command>();
  for (const setting of framework.settings) commands.set(setting, await framework.install(setting));
  return commands;
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
