import type { Outcome } from './judge/ledger.ts';

/** A completed row. */
export interface Finished {
  readonly name: string;
  /** The client library of its members. */
  readonly client: string;
  readonly seconds: number;
  readonly outcome: Outcome;
}

const columns: readonly (readonly [title: string, of: (finished: Finished) => string | number])[] = [
  ['fault', ({ name }) => name],
  ['client', ({ client }) => client],
  ['sent', ({ outcome }) => outcome.sent],
  ['handled', ({ outcome }) => outcome.handled],
  ['repeated', ({ outcome }) => outcome.repeated],
  ['dead-lettered', ({ outcome }) => outcome.deadLettered],
  ['excused', ({ outcome }) => outcome.excused],
  ['lost', ({ outcome }) => outcome.lost],
  ['out of order', ({ outcome }) => outcome.outOfOrder],
  ['overtaken', ({ outcome }) => outcome.overtaken],
  ['spans not ended', ({ outcome }) => outcome.openSpans],
  ['seconds', ({ seconds }) => seconds.toFixed(0)],
];

/** What the report says of rows without an outcome. */
export interface Unfinished {
  /** Rows that could not run here, and why, one per line. */
  readonly skipped?: readonly string[];
  /** The row that did not end, so that it is not known what happened to its messages. */
  readonly broken?: string;
}

/** The table, the skipped rows, the violations, and the number of lost messages, one per line. */
export function report(finished: readonly Finished[], { skipped = [], broken }: Unfinished = {}): string {
  const cells = [columns.map(([title]) => title), ...finished.map((row) => columns.map(([, of]) => String(of(row))))];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  const lines = cells.map((row) =>
    row.map((cell, index) => (index < 2 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0))).join('  '),
  );
  const wrong = finished.flatMap(({ name, client, outcome }) =>
    outcome.violations.map((violation) => `${name} on ${client}: ${violation}`),
  );
  const lost = finished.reduce((sum, { outcome }) => sum + outcome.lost, 0);
  return [...lines, '', ...skipped, ...wrong, broken === undefined ? `lost ${lost}` : `lost: unknown, as "${broken}" did not end`].join(
    '\n',
  );
}

/** Whether there is no violation. */
export function isSound({ lost, outOfOrder, overtaken, openSpans, violations }: Outcome): boolean {
  return lost + outOfOrder + overtaken + openSpans + violations.length === 0;
}
