/** A list of more is not read. */
const most = 10;

/** Names as a list for a sentence: each once, with how often it is there, so that thousands of spans of a loop are one name. */
export function listNames(names: readonly string[]): string {
  const counted = [...Map.groupBy(names, (name) => name)].map(([name, { length }]) => (length === 1 ? name : `${name} (${length} times)`));
  const more = counted.length > most ? [`and ${counted.length - most} more names`] : [];
  return [...counted.slice(0, most), ...more].join(', ');
}
