import { runChild } from '../measure/run-child.ts';
import type { Topics } from './broker.ts';
import type { ClientAnswer, ClientTask } from './clients-child.ts';
import { turnsOf, type Round } from './rounds.ts';
import type { Selection } from './command-line.ts';

/** What all rounds have. */
export interface Surroundings extends Pick<Selection, 'clients' | 'cases'>, Pick<ClientTask, 'brokers' | 'from' | 'messages'> {
  readonly topics: Topics;
  readonly signal: AbortSignal;
}

/** Milliseconds of CPU of sends before the measurement, and of it. */
const sendMs = { warmUp: 400, sample: 250 };

/** All clients in all ways, one process after the other; none when the signal ended it midway. @throws when a process fails */
export async function runRound(number: number, surroundings: Surroundings): Promise<Round | undefined> {
  const { clients, cases, brokers, from, messages, topics, signal } = surroundings;
  const round: Round[number][] = [];
  for (const turn of turnsOf(number, clients, cases)) {
    await using to = await topics.create();
    const task: ClientTask = { ...turn, brokers, from, messages, to: to.name, sendMs };
    try {
      round.push({ ...turn, costs: await runChild<ClientAnswer>('clients/clients-child.ts', task, [], signal) });
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }
  return round;
}
