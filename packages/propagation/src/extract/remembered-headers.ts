import { globalFields } from '../global/global-fields.ts';
import { forEachHeader, headerText, repeatsOf } from '../headers/for-each-header.ts';
import { type ValueRule, familyOf, knownField } from '../headers/header-field.ts';
import type { HeaderEntry } from '../headers/write-headers.ts';

/** The trace headers of a message in texts of their own: nothing of the client's memory. */
export interface RememberedHeaders {
  /** As they were spelled, a repeated one several times, in their order. */
  readonly entries: readonly HeaderEntry[];
  /** Whether these are all that a handler could copy. */
  readonly isComplete: boolean;
}

// More than a fleet writes: each known header, and 64 members of a family.
const maxValues = 128;
// Characters of names and values together: four lists of the length that is read.
const maxLength = 32_768;
// What `TraceHeaders` and `forEachHeader` read. Beyond that there may be what a handler copies.
const maxRepeats = 16;
const maxHeaders = 1024;
const unknownRule: ValueRule = { limit: 8192, text: 'utf8' };

/** Never throws. The event's own headers are none that are recognized: they stay in every message. */
export function rememberedHeaders(headers: unknown): RememberedHeaders {
  const { unknown } = globalFields();
  const entries: HeaderEntry[] = [];
  let visited = 0;
  let left = maxLength;
  let isComplete = true;
  forEachHeader(headers, (name, value) => {
    if (++visited === maxHeaders) isComplete = false;
    const rule = ruleOf(name, unknown);
    if (rule === undefined) return;
    const values = Array.isArray(value) ? repeatsOf(value) : [value];
    // Bytes in numbers that are too many to be read.
    if (values.length === 0 && (value as readonly unknown[]).length > 0) isComplete = false;
    for (const one of values) {
      if (one === null || one === undefined) continue;
      const text = headerText(one, rule);
      const length = name.length + (text?.length ?? 0);
      // Cut, or decoded in another way, it could be read.
      if (text === undefined || entries.length === maxValues || length > left) {
        isComplete = false;
        return;
      }
      entries.push([name, text]);
      left -= length;
    }
  });
  return { entries, isComplete: isComplete && !hasMoreRepeats(entries) };
}

/** Whether a name is there more often than is read. */
function hasMoreRepeats(entries: readonly HeaderEntry[]): boolean {
  if (entries.length <= maxRepeats) return false;
  const repeats = new Map<string, number>();
  for (const [spelled] of entries) {
    const name = spelled.toLowerCase();
    const count = (repeats.get(name) ?? 0) + 1;
    if (count > maxRepeats) return true;
    repeats.set(name, count);
  }
  return false;
}

/** How the values of a header are read that may be copied; `undefined` of any other header. */
function ruleOf(name: string, unknown: ReadonlySet<string>): ValueRule | undefined {
  const field = knownField(name);
  if (field !== undefined) return field.isKept ? undefined : field;
  return familyOf(name) ?? (unknown.has(name.toLowerCase()) ? unknownRule : undefined);
}
