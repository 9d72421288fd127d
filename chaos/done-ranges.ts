/**
 * What a commit's metadata says is done above the committed offset: distances and lengths in turn, base 36. Read here by code of its
 * own: a mistake that writes and reads in the same way would not be seen.
 *
 * @throws when it is not empty and not in that form
 */
export function doneRanges(offset: string, metadata: string | null): readonly (readonly [first: bigint, last: bigint])[] {
  if (metadata === null || metadata === '') return [];
  const [, ranges] = /^tracelink\/1 ([0-9a-z+,]+)$/.exec(metadata) ?? [];
  if (ranges === undefined) throw new Error(`A commit has metadata that nobody knows: ${metadata}`);
  let position = Number(offset);
  return ranges.split(',').map((range) => {
    const [distance = '', length = ''] = range.split('+');
    const first = position + Number.parseInt(distance, 36);
    position = first + Number.parseInt(length, 36);
    return [BigInt(first), BigInt(position)] as const;
  });
}
