import { jaegerBackEnd, studioBackEnd, type TraceBackEnd } from '../doctor/back-ends/back-ends.ts';
import { connection, connectionOf, flag, parsed, text, UsageError, whole, type Connection } from './argument-values.ts';

/** What `doctor` was asked for. */
export type DoctorAsked =
  | { readonly what: 'help' }
  | { readonly what: 'version' }
  | {
      readonly what: 'doctor';
      readonly kafka: Connection;
      readonly json: boolean;
      readonly topics: readonly string[] | undefined;
      readonly groups: readonly string[] | undefined;
      readonly last: number | undefined;
      readonly backEnd: TraceBackEnd | undefined;
      readonly redact: boolean;
    };

const options = {
  ...connection,
  topic: { ...text, multiple: true },
  group: { ...text, multiple: true },
  last: text,
  jaeger: text,
  studio: text,
  redact: flag,
} as const;

/**
 * @param args those behind the command's name
 * @throws {UsageError}
 */
export function doctorArguments(args: readonly string[], env: Readonly<Record<string, string | undefined>>): DoctorAsked {
  const values = parsed(args, options);
  if (values['help'] === true) return { what: 'help' };
  if (values['version'] === true) return { what: 'version' };
  return {
    what: 'doctor',
    kafka: connectionOf(values, env),
    json: values['json'] === true,
    topics: values['topic'] as string[] | undefined,
    groups: values['group'] as string[] | undefined,
    last: whole('--last', values['last'] as string | undefined, 1),
    backEnd: backEndOf(values['jaeger'] as string | undefined, values['studio'] as string | undefined),
    redact: values['redact'] === true,
  };
}

function backEndOf(jaeger: string | undefined, studio: string | undefined): TraceBackEnd | undefined {
  if (jaeger !== undefined && studio !== undefined) throw new UsageError('--jaeger and --studio exclude each other');
  if (jaeger !== undefined) return jaegerBackEnd(jaeger);
  return studio === undefined ? undefined : studioBackEnd(studio);
}
