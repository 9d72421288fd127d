import type { IHeaders } from 'kafkajs';

/** The value of a header; of one that is repeated the last, as everywhere in Kafka. kafkajs reads `null` for one without a value. */
export function lastHeader(headers: IHeaders | undefined, name: string): Buffer | string | null | undefined {
  const value: IHeaders[string] | null = headers?.[name];
  return Array.isArray(value) ? value.at(-1) : value;
}
