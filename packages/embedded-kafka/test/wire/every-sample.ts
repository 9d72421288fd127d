import { apiNames, apiOf } from '../../src/wire/apis.ts';
import type { ApiName } from '../../src/wire/apis.ts';
import type { Direction } from '../../src/wire/codecs/codecs.ts';
import type { Message } from '../../src/wire/codecs/message-codec.ts';
import { sampleMessage } from './sample-message.ts';
import type { SampleKind } from './sample-message.ts';

/** One message of one version, with a name for a failing test. */
export interface Sample {
  readonly name: string;
  readonly api: ApiName;
  readonly direction: Direction;
  readonly version: number;
  readonly body: Message;
}

export const correlationId = 0x0badcafe;
export const clientId = 'tracelink';

/** Every version of an API in the table. */
export function versionsOf(api: ApiName): number[] {
  const { min, max } = apiOf(api).versions;
  return Array.from({ length: max - min + 1 }, (_, index) => min + index);
}

/** A full and a minimal message of every version of the table, in both directions. */
export function everySample(): Sample[] {
  const directions: readonly Direction[] = ['request', 'response'];
  const kinds: readonly SampleKind[] = ['full', 'least'];
  return apiNames.flatMap((api) =>
    versionsOf(api).flatMap((version) =>
      directions.flatMap((direction) =>
        kinds.map((kind) => ({
          name: `${api} ${direction} v${version} ${kind}`,
          api,
          direction,
          version,
          body: sampleMessage(apiOf(api)[direction], version, kind),
        })),
      ),
    ),
  );
}
