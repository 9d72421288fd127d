import { readFileSync, writeFileSync } from 'node:fs';
import { place } from '../hops/page.ts';
import type { Fixture } from './fixture.ts';
import { table } from './table.ts';

/** The page for users; its table is of the kept runs. */
export const pageFile: string = `${import.meta.dirname}/../../docs/headers.md`;

/** The text of the page with the table of these runs. */
export function pageWith(text: string, fixtures: Iterable<Fixture>): string {
  return place(text, 'interop', table(fixtures));
}

/** Puts the table of these runs into the page; `oxfmt` lines its columns up. */
export function writePage(fixtures: Iterable<Fixture>): void {
  writeFileSync(pageFile, pageWith(readFileSync(pageFile, 'utf8'), fixtures));
}
