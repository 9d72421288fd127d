import type { Fate } from './plan.ts';

/** The content of a record's value. */
export interface RecordValue {
  readonly id: number;
  readonly fate: Fate;
}

export function writeRecordValue({ id, fate }: RecordValue): string {
  return JSON.stringify({ id, fate });
}

/** `undefined` when the value is not one of ours. */
export function readRecordValue(value: Buffer | null): RecordValue | undefined {
  try {
    return JSON.parse(String(value)) as RecordValue;
  } catch {
    return undefined;
  }
}
