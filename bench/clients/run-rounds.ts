import { MeasuringProcess } from '../measure/measuring-process.ts';
import type { Topics } from './broker.ts';
import type { CaseName } from './cases.ts';
import type { ClientAnswer, ClientQuestion, ClientTask } from './clients-child.ts';
import type { Selection } from './command-line.ts';
import { turnsOf, type Round, type Turn } from './rounds.ts';

/** What all rounds have. */
export interface Surroundings extends Pick<Selection, 'clients' | 'cases' | 'ways' | 'rounds'>, Pick<ClientTask, 'brokers' | 'from'> {
  /** How many messages the topic has that is consumed. */
  readonly messages: number;
  readonly topics: Topics;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

type Effort = Omit<ClientQuestion, 'case' | 'to'>;
type Processes = ReadonlyMap<string, MeasuringProcess<ClientQuestion, ClientAnswer>>;

/** A message that is sent on costs as much as ten that are not. */
const forwardedShare = 0.15;

/** Milliseconds of CPU of sends. Before the first round: code that is not compiled yet costs several times as much. */
const sendMs: Readonly<Record<'warmUp' | 'round', (name: CaseName) => number>> = {
  warmUp: (name) => (name === 'send-1' ? 2_000 : 700),
  round: () => 500,
};

/**
 * One process for each client and way, in turns.
 *
 * @returns the rounds that were whole when the signal came
 * @throws when a process fails
 */
export async function runRounds(surroundings: Surroundings): Promise<readonly Round[]> {
  const { clients, cases, ways, brokers, from, rounds: wanted, signal, progress } = surroundings;
  await using stack = new AsyncDisposableStack();
  const processes = new Map<string, MeasuringProcess<ClientQuestion, ClientAnswer>>();
  for (const turn of turnsOf(0, clients, cases, ways)) {
    if (processes.has(keyOf(turn))) continue;
    const task: ClientTask = { client: turn.client, way: turn.way, brokers, from };
    processes.set(keyOf(turn), stack.use(new MeasuringProcess('clients/clients-child.ts', task, signal)));
  }
  const rounds: Round[] = [];
  try {
    progress('warm-up');
    await runRound(0, processes, surroundings, sendMs.warmUp);
    while (rounds.length < wanted) {
      progress(`round ${rounds.length + 1} of ${wanted}`);
      rounds.push(await runRound(rounds.length, processes, surroundings, sendMs.round));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return rounds;
}

async function runRound(
  number: number,
  processes: Processes,
  { clients, cases, ways, topics, messages, signal }: Surroundings,
  sends: (name: CaseName) => number,
): Promise<Round> {
  await using to = await topics.create();
  const round: Round[number][] = [];
  for (const turn of turnsOf(number, clients, cases, ways)) {
    signal.throwIfAborted();
    const { case: name } = turn;
    const effort: Effort = { sendMs: sends(name), messages: Math.floor(name.startsWith('forward') ? messages * forwardedShare : messages) };
    const answer = await processes.get(keyOf(turn))?.ask({ case: name, to: to.name, ...effort });
    round.push({ ...turn, cost: answer?.cost });
  }
  return round;
}

function keyOf({ client, way }: Turn): string {
  return `${client} ${way}`;
}
