// What each client costs bare, wrapped and under subscribe, beside each other in one run: `--help` says how.
import { createRequire } from 'node:module';
import { cpus, loadavg } from 'node:os';
import type { ClientName } from './cases.ts';
import { startBroker, Topics } from './broker.ts';
import { help, selectionOf, type Selection } from './command-line.ts';
import { installPeers } from './peers/peer-packages.ts';
import { seriesOf } from './rounds.ts';
import { runRounds } from './run-rounds.ts';
import { tableOf } from './table.ts';

const packages: Readonly<Record<ClientName, string>> = {
  kafkajs: 'kafkajs',
  confluent: '@confluentinc/kafka-javascript',
  platformatic: '@platformatic/kafka',
};
const messages = 40_000;
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());

const selection = selected();
if (selection?.isHelp === true) process.stdout.write(help);
else if (selection !== undefined) {
  const limit = AbortSignal.timeout(selection.minutes * 60_000);
  try {
    const rounds = await measure(selection, AbortSignal.any([interrupted.signal, limit]));
    if (rounds < selection.rounds) throw new Error(`The rounds took longer than ${selection.minutes} minutes.`);
  } catch (error) {
    process.exitCode = interrupted.signal.aborted ? 130 : 1;
    if (!interrupted.signal.aborted) console.error(error instanceof Error ? error.message : String(error));
  }
}

function selected(): Selection | undefined {
  try {
    return selectionOf(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    process.exitCode = 2;
    return undefined;
  }
}

/** Prints what the whole rounds gave, also where the time was too short for all, and answers how many there were. */
async function measure(chosen: Selection, signal: AbortSignal): Promise<number> {
  const clients = chosen.clients.filter(isInstalled);
  if (chosen.ways.includes('peer')) installPeers();
  await using broker = await startBroker(chosen.broker);
  await using topics = new Topics(broker.brokers);
  await topics.connect();
  await using from = await topics.create();
  await topics.fill(from.name, messages);
  const loads: number[] = [];
  const progress = (line: string): void => {
    console.error(line);
    loads.push(loadavg()[0] as number);
  };
  const rounds = await runRounds({ ...chosen, clients, brokers: broker.brokers, from: from.name, messages, topics, signal, progress });
  interrupted.signal.throwIfAborted();
  const load = `load ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`;
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${load}, Node ${process.versions.node}`;
  process.stdout.write(`${broker.name}, ${machine}; medians of ${rounds.length} rounds.\n\n${tableOf(seriesOf(rounds))}`);
  return rounds.length;
}

/** Confluent's client has a binary part, which not every machine can have. */
function isInstalled(client: ClientName): boolean {
  try {
    createRequire(import.meta.url).resolve(packages[client]);
    return true;
  } catch {
    console.error(`${packages[client]} is not installed: it is left out.`);
    return false;
  }
}
