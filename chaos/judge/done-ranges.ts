// The log, the time, and the completed offsets beyond the commit; and the zero byte with which Confluent's binding ends it.
const form = /^tracelink\/2 ([\w-]+) (?:[0-9a-z]+|-)(?: ([0-9a-z+,]+))?\0?$/;

/** The fingerprint in a commit's metadata of the log that it was made for; `undefined` when there is none that can be read. */
export function logNameOf(metadata: string | null): string | undefined {
  return form.exec(metadata ?? '')?.[1];
}

/**
 * The offsets that completed beyond the commit according to its metadata: distances and lengths in turn, base 36. Decoded here by separate
 * code: the same error in encoder and decoder would stay hidden.
 *
 * @returns offsets, both in the range
 * @throws when it is not empty and not in that form
 */
export function doneRanges(offset: string, metadata: string | null): readonly (readonly [first: number, last: number])[] {
  if (metadata === null || metadata === '') return [];
  const unknown = new Error(`A commit has metadata that cannot be decoded: ${metadata}`);
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
