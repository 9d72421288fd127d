import type { Command } from './client.ts';
import type { Event } from './events.ts';
import { run } from './run.ts';

const limitMs = 120_000;

/**
 * Runs a client's program for at most two minutes.
 *
 * @returns the events that it printed
 * @throws Error with all that it said when it did not end well
 */
export async function eventsOfProgram(command: Command): Promise<Event[]> {
  const { how, stdout, stderr } = await run(command, limitMs);
  if (how !== 'ended with 0') throw new Error(`${command.file} ${command.args.join(' ')} ${how}:\n${stdout}\n${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Event);
}
