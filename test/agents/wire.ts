import type { ActiveTraces } from './fixture.ts';
import type { RawHeaders } from '../recorded/fixture-folder.ts';

/** Who wrote a context: by its trace. `one` where both are in the same trace, `another` where it is neither's. */
export type Owner = 'ours' | 'agent' | 'one' | 'another';

/** A header of a record that names a trace. */
export interface WrittenContext {
  readonly header: string;
  readonly owner: Owner;
}

/** The trace that a header names, in hexadecimal digits. Some name its lower 64 bits only. */
const traceIds: Readonly<Record<string, (value: string) => string | undefined>> = {
  traceparent: (value) => value.split('-')[1],
  b3: (value) => value.split('-')[0],
  'tracelink-origin': (value) => value.split('-')[1],
  'sentry-trace': (value) => value.split('-')[0],
  X_INSTANA_T: (value) => value,
  'x-datadog-trace-id': (value) => BigInt(value).toString(16).padStart(16, '0'),
};

/** The contexts in a record's headers, in their order. */
export function contextsOn(headers: RawHeaders, { ours, agent }: ActiveTraces): WrittenContext[] {
  return headers.flatMap(([header, value]) => {
    const traceId = value === null ? undefined : traceIds[header]?.(value);
    return traceId === undefined ? [] : [{ header, owner: ownerOf(traceId, ours, agent) }];
  });
}

function ownerOf(traceId: string, ours: string | undefined, agent: string | undefined): Owner {
  const [isOurs, isAgents] = [isSameTrace(traceId, ours), isSameTrace(traceId, agent)];
  if (isOurs) return isAgents ? 'one' : 'ours';
  return isAgents ? 'agent' : 'another';
}

/** Whether the lower 64 bits are equal. */
export function isSameTrace(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one.slice(-16) === other.slice(-16);
}
