import { formatTrace } from '../drawing/format-trace.ts';
import { isTruncated, nameOf, openOf, spansOf, type SpanSource } from '../spans/span-source.ts';

/** Why an assertion does not hold. The checks give it, and who asked throws it as an error of their own. */
export interface Failure {
  readonly message: string;
  /** Both texts of a comparison, which test runners show as a difference. */
  readonly compared?: { readonly actual: string; readonly expected: string };
}

/** A failure that says what was looked for and draws what there is. */
export function failure(complaint: string, source: SpanSource): Failure {
  const spans = spansOf(source);
  return { message: `${complaint}\n${spans.length === 0 ? 'There is no span.' : `There is:\n${formatTrace(spans)}`}` };
}

/** The failure of what no one can know of a source that has not all spans; of another source there is none. */
export function unknowable(what: string, source: SpanSource): Failure | undefined {
  if (!isTruncated(source)) return undefined;
  return failure(`Nobody can say that ${what}: this is not all, there are more linked traces, or the back end let go of spans.`, source);
}

/** A list of more is not read. */
const most = 10;

/** Names as a list for a sentence: each once, with how often it is there, so that thousands of spans of a loop are one name. */
export function listNames(names: readonly string[]): string {
  const counted = [...Map.groupBy(names, (name) => name)].map(([name, { length }]) => (length === 1 ? name : `${name} (${length} times)`));
  const more = counted.length > most ? [`and ${counted.length - most} more names`] : [];
  return [...counted.slice(0, most), ...more].join(', ');
}

/** Why a source may have no span of a name, as a sentence after a space: it is still open, or it is called otherwise. Else nothing. */
export function nearestName(source: SpanSource, name: string): string {
  const open = openOf(source).find((started) => started === name || name.endsWith(` ${started}`));
  if (open !== undefined) return ` "${open}" was started and has not ended.`;
  const spans = spansOf(source);
  const elsewhere = spans.find((span) => name.endsWith(` ${span.name}`));
  if (elsewhere !== undefined) return ` "${elsewhere.name}" is there, of ${elsewhere.serviceName ?? 'a service without a name'}.`;
  const names = new Set(spans.flatMap((span) => [nameOf(span), span.name]));
  const [nearest] = [...names]
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    // More than a third of it changed is another name, not a misspelt one.
    .filter(({ candidate, distance }) => distance <= Math.max(name.length, candidate.length) / 3)
    .toSorted((a, b) => a.distance - b.distance);
  return nearest === undefined ? '' : ` Is it "${nearest.candidate}"?`;
}

/** How many characters must be put in, taken out or replaced to make one text the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  // Names are short. A long one is not worth its square: it counts as different in every character.
  if (a.length * b.length > 40_000) return Math.max(a.length, b.length);
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (b[j - 1] === a[i] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
