import type { startStudio } from '@tracelink/studio';
import type { ClientMaker } from '../client/client-maker.ts';
import { errorMessage } from '../core/error-type.ts';
import { studioProviders } from '../studio/studio-providers.ts';
import { connection, connectionOf, flag, parsed, text, UsageError, whole, type Connection } from './argument-values.ts';
import type { Terminal } from './terminal.ts';

/** What `studio` was asked for. */
export type StudioAsked =
  | { readonly what: 'help' }
  | { readonly what: 'version' }
  | {
      readonly what: 'studio';
      readonly kafka: Connection;
      readonly port: number | undefined;
      readonly host: string | undefined;
      readonly allowedHosts: readonly string[] | undefined;
      readonly allowReplay: boolean;
    };

const { json: _json, ...shared } = connection;
const options = { ...shared, port: text, host: text, 'allow-host': { ...text, multiple: true }, 'allow-replay': flag } as const;

/**
 * @param args those behind the command's name
 * @throws {UsageError}
 */
export function studioArguments(args: readonly string[], env: Readonly<Record<string, string | undefined>>): StudioAsked {
  const values = parsed(args, options);
  if (values['help'] === true) return { what: 'help' };
  if (values['version'] === true) return { what: 'version' };
  const port = whole('--port', values['port'] as string | undefined, 0);
  if (port !== undefined && port > 65_535) throw new UsageError(`--port takes a whole number from 0 to 65535, not "${port}"`);
  return {
    what: 'studio',
    kafka: connectionOf(values, env),
    port,
    host: values['host'] as string | undefined,
    allowedHosts: (values['allow-host'] as string[] | undefined)?.flatMap((list) => list.split(',')),
    allowReplay: values['allow-replay'] === true,
  };
}

/** Starts the studio with the dead-letter topics and the doctor, until the signal. @returns the exit code */
export async function studioCommand(
  kafka: ClientMaker,
  { port, host, allowedHosts, allowReplay }: StudioAsked & { readonly what: 'studio' },
  signal: AbortSignal,
  { print, say }: Terminal,
): Promise<number> {
  const start = await installedStudio();
  if (start === undefined) {
    say('tracelink-kafka: studio needs the package @tracelink/studio beside this one: npm install --save-dev @tracelink/studio');
    return 1;
  }
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => stop(), { once: true });
  let studio;
  try {
    studio = await start({
      ...(port !== undefined && { port }),
      ...(host !== undefined && { host }),
      ...(allowedHosts !== undefined && { allowedHosts }),
      ...studioProviders(kafka, { allowReplay }),
    });
  } catch (error) {
    say(`tracelink-kafka: ${errorMessage(error)}`);
    return 1;
  }
  print(`tracelink studio is at ${studio.url}\nSend it traces with OTEL_EXPORTER_OTLP_ENDPOINT=${studio.url}`);
  say(sayingOf(allowReplay, host));
  if (!signal.aborted) await stopped;
  await studio.stop();
  return 0;
}

/** It is an optional peer: who replays from a shell does not need a page. */
async function installedStudio(): Promise<typeof startStudio | undefined> {
  try {
    return (await import('@tracelink/studio')).startStudio;
  } catch (error) {
    // A package that the studio itself lacks is another matter.
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' && errorMessage(error).includes("'@tracelink/studio'"))
      return undefined;
    throw error;
  }
}

function sayingOf(allowReplay: boolean, host = '127.0.0.1'): string {
  if (!allowReplay) return 'Read only: --allow-replay lets the page send records again.';
  const isHere = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
  const who = isHere ? '' : ` by everybody who reaches ${host}: no one is asked for a password`;
  return `Records of dead-letter topics may be sent again from the page${who}.`;
}
