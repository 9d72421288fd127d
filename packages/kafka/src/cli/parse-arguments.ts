import { errorMessage } from '../core/error-type.ts';
import { checkFilter, filterFields, type CheckedFilter, type DeadLetterFilter } from '../dead-letters/dead-letter-filter.ts';
import {
  connection,
  connectionOf,
  flag,
  parsed,
  text,
  UsageError,
  whole,
  type Connection,
  type OptionTypes,
  type OptionValues,
} from './argument-values.ts';
import { doctorArguments, doctorOptions, type DoctorAsked } from './doctor-arguments.ts';
import { studioArguments, studioOptions, type StudioAsked } from './studio-arguments.ts';

/** What the options select, and of which topic. */
interface SelectedRecords {
  readonly from: string;
  readonly filter: CheckedFilter;
}

/** The arguments of all commands about records. */
interface Common extends SelectedRecords {
  readonly kafka: Connection;
  readonly json: boolean;
}

/** What the command line asks for. */
export type Asked =
  | { readonly what: 'help' }
  | { readonly what: 'version' }
  | DoctorAsked
  | StudioAsked
  | { readonly what: 'topics'; readonly kafka: Common['kafka']; readonly json: boolean }
  | (Common & { readonly what: 'list'; readonly limit: number })
  | (Common & { readonly what: 'show' })
  | (Common & {
      readonly what: 'replay';
      readonly limit: number | undefined;
      readonly groupOnly: boolean;
      readonly dryRun: boolean;
      readonly to: string | undefined;
      readonly groupId: string | undefined;
      readonly rate: number | undefined;
      readonly maxReplays: number | undefined;
    });

/** The options that select records. */
const filterOptions = {
  trace: text,
  origin: text,
  since: text,
  until: text,
  error: text,
  'error-class': text,
  key: text,
  record: { ...text, multiple: true },
} as const;

/** The field of a filter that an option fills. */
const fields: Readonly<Record<keyof typeof filterOptions, keyof DeadLetterFilter>> = {
  trace: 'trace',
  origin: 'origin',
  since: 'since',
  until: 'until',
  error: 'error',
  'error-class': 'errorClass',
  key: 'key',
  record: 'records',
};

// One record has nothing to select by.
const ofShow = { ...connection, from: text, record: filterOptions.record } as const;
const ofList = { ...ofShow, ...filterOptions, limit: text } as const;
const ofReplay = { ...ofList, 'dry-run': flag, to: text, group: text, 'all-groups': flag, rate: text, 'max-replays': text } as const;

/** The options of each command, by the words in front of them. Its help names the same. */
export const commandOptions: Readonly<Record<string, OptionTypes>> = {
  'dead-letters': ofList,
  'dead-letters show': ofShow,
  replay: ofReplay,
  doctor: doctorOptions,
  studio: studioOptions,
};

/**
 * @param env KAFKA_BROKERS and KAFKA_PASSWORD are read from it
 * @param now milliseconds since the epoch, from which durations count back
 * @throws {UsageError}
 */
export function parseArguments(args: readonly string[], env: Readonly<Record<string, string | undefined>>, now: number): Asked {
  const command = commandOf(args);
  const known = Object.hasOwn(commandOptions, command) ? commandOptions[command] : undefined;
  if (known === undefined) return withoutCommand(command, args);
  const values = parsed(args.slice(command.split(' ').length), known);
  if (values['help'] === true) return { what: 'help' };
  if (values['version'] === true) return { what: 'version' };
  if (command === 'doctor') return doctorArguments(values, env);
  if (command === 'studio') return studioArguments(values, env);
  const value = (name: string): string | undefined => values[name] as string | undefined;
  if (command === 'dead-letters' && value('from') === undefined && values['record'] === undefined) {
    const given = Object.keys(values).find((name) => !Object.hasOwn(connection, name));
    if (given !== undefined) throw new UsageError(`--from is missing, which --${given} needs`);
    return { what: 'topics', kafka: connectionOf(values, env), json: values['json'] === true };
  }
  const shared: Common = { kafka: connectionOf(values, env), ...selectedRecords(values, now), json: values['json'] === true };
  if (command === 'dead-letters show') {
    if (shared.filter.places?.length !== 1) throw new UsageError('--record is missing, once: orders.dead-letter/0/7');
    return { what: 'show', ...shared };
  }
  const limit = whole('--limit', value('limit'), 1);
  if (command === 'dead-letters') return { what: 'list', ...shared, limit: limit ?? (shared.json ? Number.POSITIVE_INFINITY : 20) };
  return {
    what: 'replay',
    ...shared,
    limit,
    groupOnly: values['all-groups'] !== true,
    dryRun: values['dry-run'] === true,
    to: value('to'),
    groupId: value('group'),
    rate: whole('--rate', value('rate'), 1),
    maxReplays: whole('--max-replays', value('max-replays'), 1),
  };
}

/** What may be asked for without a command, or with one that is misspelt: no other option has a meaning then. @throws {UsageError} */
function withoutCommand(command: string, args: readonly string[]): Asked {
  if (args.some((arg) => arg === '--help' || arg === '-h')) return { what: 'help' };
  if (args.some((arg) => arg === '--version' || arg === '-v')) return { what: 'version' };
  throw new UsageError(
    command === ''
      ? 'it takes a command: doctor, replay, dead-letters or studio'
      : `there is no command "${command}": use doctor, replay, dead-letters or studio`,
  );
}

/**
 * @param values of the options; `--record` with a topic stands for `--from`
 * @param now milliseconds since the epoch, from which durations count back
 * @throws {UsageError}
 */
function selectedRecords(values: OptionValues, now: number): SelectedRecords {
  const filter: Record<string, unknown> = {};
  for (const [option, field] of Object.entries(fields)) {
    const value = values[option];
    if (value === undefined) continue;
    const { must, read } = filterFields[field];
    if (read(value, now) === undefined) throw new UsageError(`--${option} takes ${must}, not ${JSON.stringify(value)}`);
    filter[field] = value;
  }
  const from = (values['from'] as string | undefined) ?? topicOf((values['record'] as readonly string[] | undefined)?.[0]);
  if (from === undefined) throw new UsageError('--from is missing');
  try {
    return { from, filter: checkFilter(filter, from, now) };
  } catch (error) {
    throw new UsageError(errorMessage(error), { cause: error });
  }
}

function topicOf(record: string | undefined): string | undefined {
  const parts = record?.split('/') ?? [];
  return parts.length === 3 ? parts[0] : undefined;
}

/** The words in front of the options. */
export function commandOf(args: readonly string[]): string {
  const first = args.findIndex((arg) => arg.startsWith('-'));
  return args.slice(0, first === -1 ? args.length : first).join(' ');
}
