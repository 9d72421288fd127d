import type { KafkaConfig } from 'kafkajs';
import { connection, connectionOf, flag, parsed, text, UsageError, whole } from './argument-values.ts';

/** What `studio` was asked for. */
export type StudioAsked =
  | { readonly what: 'help' }
  | { readonly what: 'version' }
  | {
      readonly what: 'studio';
      readonly kafka: Pick<KafkaConfig, 'brokers' | 'ssl' | 'sasl'>;
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
