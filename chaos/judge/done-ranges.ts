// Log, time, and what is done beyond the commit.
const form = /^tracelink\/2 ([\w-]+) (?:[0-9a-z]+|-)(?: ([0-9a-z+,]+))?$/;

/** What a commit's metadata names the log by that it was made for; `undefined` where there is none that can be read. */
export function logNameOf(metadata: string | null): string | undefined {
  return form.exec(metadata ?? '')?.[1];
}

/**
 * What a commit's metadata says completed beyond the committed offset: distances and lengths in turn, base 36. Read here by code of its
 * own: a mistake that writes and reads in the same way would not be seen.
 *
 * @returns offsets, both in the range
 * @throws when it is not empty and not in that form
 */
export function doneRanges(offset: string, metadata: string | null): readonly (readonly [first: number, last: number])[] {
  if (metadata === null || metadata === '') return [];
  const unknown = new Error(`A commit has metadata that nobody knows: ${metadata}`);
  const [name, , ranges] = form.exec(metadata) ?? [];
  if (name === undefined) throw unknown;
  if (ranges === undefined) return [];
  let position = Number(offset);
  return ranges.split(',').map((range) => {
    const [, distance, length] = /^([0-9a-z]+)\+([0-9a-z]+)$/.exec(range) ?? [];
    if (distance === undefined || length === undefined) throw unknown;
    const first = position + Number.parseInt(distance, 36);
    position = first + Number.parseInt(length, 36);
    return [first, position] as const;
  });
}
