import type { SpanContext } from '@opentelemetry/api';

/** What one format's headers say. */
export interface Carried {
  /** Valid and remote; `undefined` when the headers hold a sampling state only. */
  readonly context: SpanContext | undefined;
  /** See `Extraction.sampling`. */
  readonly sampling: 'inherit' | 'deny' | 'defer';
  /** B3's and Jaeger's debug flag: sample this trace everywhere. */
  readonly debug: boolean;
}

/** One header to write. */
export type HeaderEntry = readonly [name: string, value: string];
