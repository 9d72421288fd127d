import { jaegerBackEnd, studioBackEnd, tempoBackEnd, type TraceBackEnd } from '../doctor/back-ends/back-ends.ts';
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

/** What `doctor` was asked for. */
export interface DoctorAsked {
  readonly what: 'doctor';
  readonly kafka: Connection;
  readonly json: boolean;
  readonly topics: readonly string[] | undefined;
  readonly groups: readonly string[] | undefined;
  readonly last: number | undefined;
  readonly backEnd: TraceBackEnd | undefined;
  readonly redact: boolean;
}

/** The options of the command. */
export const doctorOptions: OptionTypes = {
  ...connection,
  topic: { ...text, multiple: true },
  group: { ...text, multiple: true },
  last: text,
  jaeger: text,
  studio: text,
  tempo: text,
  tenant: text,
  redact: flag,
};

/**
 * @param values of the options
 * @throws {UsageError}
 */
export function doctorArguments(values: OptionValues, env: Readonly<Record<string, string | undefined>>): DoctorAsked {
  return {
    what: 'doctor',
    kafka: connectionOf(values, env),
    json: values['json'] === true,
    topics: values['topic'] as string[] | undefined,
    groups: values['group'] as string[] | undefined,
    last: whole('--last', values['last'] as string | undefined, 1),
    backEnd: backEndOf(values as BackEndValues),
    redact: values['redact'] === true,
  };
}

type BackEndValues = Readonly<Partial<Record<'jaeger' | 'studio' | 'tempo' | 'tenant', string>>>;

function backEndOf({ jaeger, studio, tempo, tenant }: BackEndValues): TraceBackEnd | undefined {
  if ([jaeger, studio, tempo].filter((url) => url !== undefined).length > 1)
    throw new UsageError('--jaeger, --studio and --tempo exclude each other');
  if (tempo !== undefined) return tempoBackEnd(tempo, tenant === undefined ? {} : { tenant });
  if (tenant !== undefined) throw new UsageError('--tenant is for --tempo');
  if (jaeger !== undefined) return jaegerBackEnd(jaeger);
  return studio === undefined ? undefined : studioBackEnd(studio);
}
