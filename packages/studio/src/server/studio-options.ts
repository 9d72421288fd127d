import { isIP } from 'node:net';
import type { StudioAction } from '../api/actions.ts';
import type { DeadLetterProvider } from '../providers/dead-letters.ts';
import type { DoctorProvider } from '../providers/doctor.ts';
import type { StoreLimits } from '../store/trace-store.ts';

/** Options of {@link startStudio}. */
export interface StudioOptions extends StoreLimits {
  /**
   * The port to listen on; 0 is a free one.
   * @default 4318, where OpenTelemetry's exporters send by OTLP/HTTP
   */
  readonly port?: number;
  /**
   * Where OTLP over gRPC is received, besides; 0 is any free port. On the command line, it is 4317.
   * @default none: gRPC is not spoken
   */
  readonly grpcPort?: number;
  /**
   * The address to listen on. The default is seen by no other machine.
   * @default '127.0.0.1'
   */
  readonly host?: string;
  /**
   * Names and addresses, without a port, that this studio is reached by besides `localhost`, `127.0.0.1`, `[::1]` and `host`:
   * `host.docker.internal`, say. Requests for others are refused, whatever address they come to.
   * @default []
   */
  readonly allowedHosts?: readonly string[];
  /**
   * Buttons on the page.
   * @default []
   */
  readonly actions?: readonly StudioAction[];
  /**
   * The dead-letter topics of a broker, for a page of their own. `studioProviders` of `@tracelink/kafka/studio` makes it.
   * @default none, and no such page
   */
  readonly deadLetters?: DeadLetterProvider;
  /**
   * What looks for what is wrong with the trace headers of topics, for a page of its own. `studioProviders` of `@tracelink/kafka/studio`
   * makes it.
   * @default none, and no such page
   */
  readonly doctor?: DoctorProvider;
  /**
   * Gets a line when the page starts a dry run, a replay or a diagnosis, and one when it has ended: who, what, how many.
   * @default writes it to stderr
   */
  readonly log?: (line: string) => void;
  /**
   * The longest body of a request, in bytes, compressed and decompressed. A longer one is refused with 413, and what comes beside four
   * times as much of other requests with 503 and `Retry-After`. Over gRPC, a longer one is answered with RESOURCE_EXHAUSTED.
   * @default 16_777_216
   */
  readonly maxBodyBytes?: number;
}

/** All that there are: the compiler asks for the name of a new one. */
const known: Readonly<Record<keyof StudioOptions, true>> = {
  port: true,
  grpcPort: true,
  host: true,
  allowedHosts: true,
  actions: true,
  deadLetters: true,
  doctor: true,
  log: true,
  maxSpans: true,
  maxSpansPerTrace: true,
  maxLogLinesPerTrace: true,
  maxBytes: true,
  maxAgeMs: true,
  maxBodyBytes: true,
};

const limits = ['maxSpans', 'maxSpansPerTrace', 'maxLogLinesPerTrace', 'maxBytes', 'maxAgeMs', 'maxBodyBytes'] as const;

/** @throws {StudioError} `unknown_option` for the first that there is not, `invalid_option` for the first that is not what it must be */
export function checkOptions(options: StudioOptions): void {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(known, name)) continue;
    throw new StudioError('unknown_option', `startStudio has no option "${name}": use ${Object.keys(known).join(', ')}.`);
  }
  const { port = 0, grpcPort = 0, host = '127.0.0.1', allowedHosts = [], actions = [] } = options;
  for (const [name, value] of Object.entries({ port, grpcPort })) {
    if (!Number.isInteger(value) || value < 0 || value > 65_535) refuse(`"${name}" must be a whole number from 0 to 65535, not ${value}`);
  }
  // Node takes an empty one for all addresses of the machine.
  if (typeof host !== 'string' || host.trim() === '') refuse(`"host" must be a name or an address, not ${JSON.stringify(host)}`);
  for (const name of limits) {
    const value = options[name];
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) refuse(`"${name}" must be a whole number from 1, not ${value}`);
  }
  if (!Array.isArray(allowedHosts)) refuse(`"allowedHosts" must be a list, not ${JSON.stringify(allowedHosts)}`);
  for (const name of allowedHosts) {
    if (!/^[a-z0-9_.-]+$|^\[[0-9a-f:.]+\]$/i.test(name)) {
      refuse(`"allowedHosts" must hold names and addresses without a port${isIP(name) === 6 ? ', IPv6 in brackets' : ''}, not "${name}"`);
    }
  }
  const names = new Set<string>();
  for (const { name, label, run } of actions) {
    if (!name || !label || typeof run !== 'function') refuse('Each of the "actions" must have a name, a label and a function to run');
    if (names.has(name)) refuse(`Two of the "actions" have the name "${name}"`);
    names.add(name);
  }
}

function refuse(message: string): never {
  throw new StudioError('invalid_option', `${message}.`);
}

/**
 * What went wrong, as a closed list:
 * - `cannot_listen`: the port is taken, or the host is none of this machine's; `cause` is Node's error
 * - `invalid_import`: what was to be imported holds no traces that can be read
 * - `invalid_option`: an option is not what it must be
 * - `unknown_option`: there is no option of that name
 */
export type StudioErrorCode = 'cannot_listen' | 'invalid_import' | 'invalid_option' | 'unknown_option';

const brand = Symbol.for('@tracelink/studio.StudioError');

/** The one error that this package throws of its own; the code stands in front of the message. */
export class StudioError extends Error {
  override readonly name = 'StudioError';
  readonly code: StudioErrorCode;

  constructor(code: StudioErrorCode, message: string, options?: ErrorOptions) {
    super(`[${code}] ${message}`, options);
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  /** By a brand: copies of this package in one process know each other's errors. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value;
  }
}
