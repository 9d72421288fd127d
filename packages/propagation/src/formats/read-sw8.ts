import type { Attributes } from '@opentelemetry/api';
import { formatSw8, parseSw8, sw8Attributes } from './sw8.ts';
import { formatSw8Correlation, parseSw8Correlation, sw8CorrelationAttributes } from './sw8-correlation.ts';
import type { TraceHeaders } from '../headers/trace-headers.ts';

/** SkyWalking's headers of one message. */
export interface Sw8Headers {
  /** `sw8` to write on, padded; `undefined` when only the correlation came. */
  readonly sw8: string | undefined;
  /** `sw8-correlation` to write on; empty entries are legal. */
  readonly correlation: string | undefined;
  readonly attributes: Attributes;
}

/** Reads `sw8` and `sw8-correlation`; `undefined` when neither is there and well formed. */
export function readSw8(headers: TraceHeaders): Sw8Headers | undefined {
  const sw8 = headers.last('sw8', parseSw8);
  const correlation = headers.last('sw8-correlation', parseSw8Correlation);
  if (sw8 === undefined && correlation === undefined) return undefined;
  return {
    sw8: sw8 && formatSw8(sw8),
    correlation: correlation && formatSw8Correlation(correlation),
    attributes: { ...(sw8 && sw8Attributes(sw8)), ...(correlation && sw8CorrelationAttributes(correlation)) },
  };
}
