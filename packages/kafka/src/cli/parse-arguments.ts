import type { KafkaConfig } from 'kafkajs';
import type { DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';
import type { RecordPlace } from '../replay/replay-progress.ts';
import { connection, connectionOf, flag, needed, parsed, text, UsageError, whole } from './argument-values.ts';
import { doctorArguments, type DoctorAsked } from './doctor-arguments.ts';
import { studioArguments, type StudioAsked } from './studio-arguments.ts';
import { filterOf, parseTime } from './record-filter.ts';

/** The arguments of all commands. */
interface Common {
  readonly kafka: Pick<KafkaConfig, 'brokers' | 'ssl' | 'sasl'>;
  readonly from: string;
  readonly filter: (record: DeadLetterRecord) => boolean;
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
  | (Common & { readonly what: 'show'; readonly record: RecordPlace })
  | (Common & {
      readonly what: 'replay';
      readonly limit: number | undefined;
      readonly since: number | undefined;
      readonly record: RecordPlace | undefined;
      readonly groupOnly: boolean;
      readonly dryRun: boolean;
      readonly to: string | undefined;
      readonly groupId: string | undefined;
      readonly rate: number | undefined;
      readonly maxReplays: number | undefined;
    });

const common = {
  ...connection,
  from: text,
  'error-class': text,
  error: text,
  'original-topic': text,
  trace: text,
  key: text,
  since: text,
  until: text,
  limit: text,
} as const;
const place = { partition: text, offset: text } as const;
const ofReplay = { ...place, 'dry-run': flag, to: text, group: text, 'all-groups': flag, rate: text, 'max-replays': text } as const;

/**
 * @param env KAFKA_BROKERS and KAFKA_PASSWORD are read from it
 * @param now milliseconds since the epoch, from which durations count back
 * @throws {UsageError}
 */
export function parseArguments(args: readonly string[], env: Readonly<Record<string, string | undefined>>, now: number): Asked {
  const words = args.filter((arg, index) => !arg.startsWith('-') && args.slice(0, index).every((before) => !before.startsWith('-')));
  const command = words.join(' ');
  if (command === 'doctor') return doctorArguments(args.slice(1), env);
  if (command === 'studio') return studioArguments(args.slice(1), env);
  const options = command === 'replay' ? { ...common, ...ofReplay } : command === 'dead-letters show' ? { ...common, ...place } : common;
  const values = parsed(args.slice(words.length), options);
  if (values['help'] === true) return { what: 'help' };
  if (values['version'] === true) return { what: 'version' };
  if (!['replay', 'dead-letters', 'dead-letters show'].includes(command))
    throw new UsageError(
      command === ''
        ? 'it takes a command: doctor, replay, dead-letters or studio'
        : `there is no command "${command}": use doctor, replay, dead-letters or studio`,
    );
  const value = (name: string): string | undefined => values[name] as string | undefined;
  const time = (name: string): number | undefined =>
    value(name) === undefined ? undefined : parseTime(`--${name}`, value(name) ?? '', now);
  const since = time('since');
  if (command === 'dead-letters' && value('from') === undefined) {
    const given = Object.keys(values).find((name) => !Object.hasOwn(connection, name));
    if (given !== undefined) throw new UsageError(`--from is missing, which --${given} needs`);
    return { what: 'topics', kafka: connectionOf(values, env), json: values['json'] === true };
  }
  const shared: Common = {
    kafka: connectionOf(values, env),
    from: needed('--from', value('from')),
    filter: filterOf(value, { since: command === 'replay' ? undefined : since, until: time('until') }),
    json: values['json'] === true,
  };
  if (command === 'dead-letters show') return { what: 'show', ...shared, record: recordPlace(value) };
  const limit = whole('--limit', value('limit'), 1);
  if (command === 'dead-letters') return { what: 'list', ...shared, limit: limit ?? (shared.json ? Number.POSITIVE_INFINITY : 20) };
  return {
    what: 'replay',
    ...shared,
    limit,
    since,
    record: value('partition') === undefined && value('offset') === undefined ? undefined : recordPlace(value),
    groupOnly: values['all-groups'] !== true,
    dryRun: values['dry-run'] === true,
    to: value('to'),
    groupId: value('group'),
    rate: whole('--rate', value('rate'), 1),
    maxReplays: whole('--max-replays', value('max-replays'), 1),
  };
}

function recordPlace(value: (name: string) => string | undefined): RecordPlace {
  return {
    partition: whole('--partition', needed('--partition', value('partition')), 0) ?? 0,
    offset: String(whole('--offset', needed('--offset', value('offset')), 0)),
  };
}
