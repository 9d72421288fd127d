import type { StudioOptions } from '@tracelink/studio';
import {
  connection,
  connectionOf,
  flag,
  text,
  UsageError,
  whole,
  type Connection,
  type OptionTypes,
  type OptionValues,
} from './argument-values.ts';

/** What `studio` was asked for. */
export interface StudioAsked {
  readonly what: 'studio';
  readonly kafka: Connection;
  /** As the studio's own command would start it; what is absent has its default. */
  readonly options: Pick<StudioOptions, 'port' | 'grpcPort' | 'host' | 'allowedHosts' | (typeof limits)[number]['option']>;
  readonly allowReplay: boolean;
}

/** The limits of memory, by their options, which count in the unit. */
const limits = [
  { name: 'max-spans', option: 'maxSpans', unit: 1 },
  { name: 'max-spans-per-trace', option: 'maxSpansPerTrace', unit: 1 },
  { name: 'max-log-lines-per-trace', option: 'maxLogLinesPerTrace', unit: 1 },
  { name: 'max-megabytes', option: 'maxBytes', unit: 1_048_576 },
  { name: 'max-age-minutes', option: 'maxAgeMs', unit: 60_000 },
] as const;

const { json: _json, ...shared } = connection;
/** The options of the command. */
export const studioOptions: OptionTypes = {
  ...shared,
  port: text,
  'grpc-port': { ...text, default: '4317' },
  host: text,
  'allow-host': { ...text, multiple: true },
  'allow-replay': flag,
  ...Object.fromEntries(limits.map(({ name }) => [name, text])),
};

/**
 * @param values of the options
 * @throws {UsageError}
 */
export function studioArguments(values: OptionValues, env: Readonly<Record<string, string | undefined>>): StudioAsked {
  const given = (name: string): string | undefined => values[name] as string | undefined;
  const port = portOf('--port', given('port'));
  const grpcPort = given('grpc-port') === 'none' ? undefined : portOf('--grpc-port', given('grpc-port'), ', or none');
  const host = given('host');
  const allowedHosts = (values['allow-host'] as string[] | undefined)?.flatMap((list) => list.split(','));
  return {
    what: 'studio',
    kafka: connectionOf(values, env),
    options: {
      ...(port !== undefined && { port }),
      ...(grpcPort !== undefined && { grpcPort }),
      ...(host !== undefined && { host }),
      ...(allowedHosts !== undefined && { allowedHosts }),
      ...Object.fromEntries(
        limits.flatMap(({ name, option, unit }) => {
          const most = whole(`--${name}`, given(name), 1);
          return most === undefined ? [] : [[option, most * unit]];
        }),
      ),
    },
    allowReplay: values['allow-replay'] === true,
  };
}

function portOf(what: string, digits: string | undefined, otherwise = ''): number | undefined {
  if (digits === undefined) return undefined;
  if (/^\d{1,5}$/.test(digits) && Number(digits) <= 65_535) return Number(digits);
  throw new UsageError(`${what} takes a whole number from 0 to 65535${otherwise}, not "${digits}"`);
}
