import { readFileSync, writeFileSync } from 'node:fs';
import type { Fixture } from './fixture.ts';
import { table, versionTable } from './table.ts';

/** The page for users; its tables are of the kept runs. */
export const pageFile: string = `${import.meta.dirname}/../../docs/does-my-trace-survive.md`;

/**
 * The text of the page with the tables of these runs.
 *
 * @throws {Error} that names a table for which the text has no place
 */
export function pageWith(text: string, fixtures: Iterable<Fixture>): string {
  const runs = [...fixtures];
  return place(place(text, 'traces', table(runs)), 'versions', versionTable(runs));
}

/** Puts the tables of these runs into the page; `oxfmt` lines their columns up. */
export function writePage(fixtures: Iterable<Fixture>): void {
  writeFileSync(pageFile, pageWith(readFileSync(pageFile, 'utf8'), fixtures));
}

/** Every table of a page, a line each row, however wide its columns are drawn. */
export function rowsOf(text: string): string {
  const rows = text.split('\n').filter((row) => row.startsWith('|') && !/^[|\s:-]+$/.test(row));
  return rows.map((row) => row.replaceAll(/ +/g, ' ')).join('\n');
}

/** The text of a page with the rows between the two comments of `name`. */
export function place(text: string, name: string, rows: readonly string[]): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`The page has no place for the table of ${name}: "${start}" and "${end}".`);
  return `${text.slice(0, from + start.length)}\n\n${rows.join('\n')}\n\n${text.slice(to)}`;
}
