import { parseArgs } from 'node:util';
import type { StudioOptions } from '../server/studio-options.ts';

/** What the command line asks for. */
export type Asked =
  /** `files` are of traces that were saved. */
  | { readonly what: 'start'; readonly options: StudioOptions; readonly files: readonly string[] }
  | { readonly what: 'help' }
  | { readonly what: 'version' };

/** What is wrong with the command line, in a sentence for who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const flags = {
  port: { type: 'string', default: '4318' },
  'grpc-port': { type: 'string', default: '4317' },
  host: { type: 'string', default: '127.0.0.1' },
  'allow-host': { type: 'string', multiple: true, default: [] as string[] },
  'max-spans': { type: 'string' },
  'max-spans-per-trace': { type: 'string' },
  'max-log-lines-per-trace': { type: 'string' },
  'max-megabytes': { type: 'string' },
  'max-age-minutes': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'v', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof flags; strict: true }>>['values'];
/** The flags that take a limit. */
type LimitFlag = Extract<keyof Values, `max-${string}`>;
type LimitOption = Extract<keyof StudioOptions, `max${string}`>;

/** @throws {UsageError} */
export function parseArguments(args: readonly string[]): Asked {
  const { values, positionals: files } = parsed(args);
  if (values.help) return { what: 'help' };
  if (values.version) return { what: 'version' };
  const options = {
    port: whole('--port', values.port, 0, 65_535),
    ...grpcPort(values['grpc-port']),
    host: values.host,
    allowedHosts: values['allow-host'].flatMap((list) => list.split(',')),
    ...limit(values, 'max-spans', 'maxSpans', 1),
    ...limit(values, 'max-spans-per-trace', 'maxSpansPerTrace', 1),
    ...limit(values, 'max-log-lines-per-trace', 'maxLogLinesPerTrace', 1),
    ...limit(values, 'max-megabytes', 'maxBytes', 1_048_576),
    ...limit(values, 'max-age-minutes', 'maxAgeMs', 60_000),
  };
  return { what: 'start', options, files };
}

function parsed(args: readonly string[]): { readonly values: Values; readonly positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function grpcPort(text: string): Pick<StudioOptions, 'grpcPort'> {
  return text === 'none' ? {} : { grpcPort: whole('--grpc-port', text, 0, 65_535, ', or none') };
}

/** The option that the flag sets, counted in `unit`s; none where the flag is absent, so that the default counts. */
function limit(values: Values, flag: LimitFlag, option: LimitOption, unit: number): Partial<Record<LimitOption, number>> {
  const text = values[flag];
  return text === undefined ? {} : { [option]: whole(`--${flag}`, text, 1, 1_000_000_000) * unit };
}

function whole(what: string, text: string, min: number, max: number, otherwise = ''): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(`${what} takes a whole number from ${min} to ${max}${otherwise}, not '${text}'`);
}

/** What `--help` prints. */
export const helpText = `Usage: tracelink-studio [options] [file ...]

Receives traces and logs by OTLP, over HTTP and gRPC, and shows them with the links between them. All is in memory, and gone when it stops.
Files of traces that were saved are shown from the start: JSON of this studio, of the Collector's file exporter or of Jaeger.

Options:
  --port <number>                port of the page and of the receiver for HTTP; 0 is any free one (4318)
  --grpc-port <number|none>      port of the receiver for gRPC; 0 is any free one                 (4317)
  --host <address>               address to listen on                                             (127.0.0.1)
  --allow-host <name>            another name that it is reached by, host.docker.internal say;
                                 with commas between or given again
  --max-spans <number>           spans in memory                                                  (100000)
  --max-spans-per-trace <number> spans of one trace                                               (20000)
  --max-log-lines-per-trace <number>  log lines of one trace                                      (10000)
  --max-megabytes <number>       memory for them                                                  (128)
  --max-age-minutes <number>     how long a trace is kept after the last of it came               (720)
  -h, --help                     print this and exit
  -v, --version                  print the version and exit

Exit codes: 0 stopped by SIGINT or SIGTERM, 1 it could not start, or not read a file, 2 the options are wrong, 130 or 143 a second SIGINT
or SIGTERM ended it at once.

Example: tracelink-studio --port 4318
`;
