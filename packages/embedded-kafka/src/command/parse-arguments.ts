import { parseArgs } from 'node:util';
import type { EmbeddedKafkaOptions } from '../handles/embedded-kafka.ts';

/** The text that `--help` prints. */
export const helpText = `Usage: embedded-kafka [options]

A Kafka broker in memory, for tests, demos and one developer's machine. All records are gone when it stops.

Options:
  --port <number>                port of the first broker; others get the ports after it; 0 is any free one  (9092)
  --host <address>               address to listen on, which clients are told too                            (127.0.0.1)
  --topics <name[:partitions]>   topics to create at the start, separated by commas; may be repeated
  --brokers <number>             brokers of the cluster                                                       (1)
  --default-partitions <number>  partitions of a topic that a client creates                                  (1)
  --no-auto-create               clients do not create topics by asking for them
  -h, --help                     print this and exit
  -v, --version                  print the version and exit

Exit codes: 0 stopped by SIGINT or SIGTERM, 1 it could not start, 2 the options are wrong, 130 or 143 a second SIGINT
or SIGTERM ended it at once.

Example: embedded-kafka --port 9092 --topics orders:3,shipments
`;

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'start'; readonly options: EmbeddedKafkaOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' };

/** A wrong command line. The message tells the user what to write instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const flags = {
  port: { type: 'string', default: '9092' },
  host: { type: 'string', default: '127.0.0.1' },
  topics: { type: 'string', multiple: true, default: [] as string[] },
  brokers: { type: 'string', default: '1' },
  'default-partitions': { type: 'string', default: '1' },
  'no-auto-create': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'v', default: false },
} as const;

/** @throws {UsageError} */
export function parseArguments(args: readonly string[]): Command {
  const values = parsed(args);
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  const options = {
    port: whole('--port', values.port, 0, 65_535),
    host: values.host,
    topics: Object.fromEntries(values.topics.flatMap((list) => list.split(',')).map(topic)),
    brokers: whole('--brokers', values.brokers, 1, 100),
    defaultPartitions: whole('--default-partitions', values['default-partitions'], 1, 10_000),
    autoCreateTopics: !values['no-auto-create'],
  };
  return { kind: 'start', options };
}

function parsed(args: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof flags; strict: true }>>['values'] {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function topic(text: string): [string, number] {
  const [name = '', partitions = '1', ...rest] = text.split(':');
  if (name === '' || rest.length > 0) throw new UsageError(`--topics takes name or name:partitions, not '${text}'`);
  return [name, whole(`--topics ${name}`, partitions, 1, 10_000)];
}

function whole(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(`${option} takes a whole number from ${min} to ${max}, not '${text}'`);
}
