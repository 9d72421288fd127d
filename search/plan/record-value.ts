import type { Fate } from './plan.ts';

/** What a record's value says. */
export interface RecordValue {
  readonly id: number;
  readonly fate: Fate;
}

export function writeRecordValue({ id, fate }: RecordValue): string {
  return JSON.stringify({ id, fate });
}

/** `undefined` where the value is not one of ours. */
export function readRecordValue(value: Buffer | null): RecordValue | undefined {
  try {
    return JSON.parse(String(value)) as RecordValue;
  } catch {
    return undefined;
  }
}
