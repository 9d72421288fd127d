import type { Rule } from '../core/option-rules.ts';

const part = /^[A-Za-z_][A-Za-z0-9_]{0,49}$/;

/** The name of a table, with or without its schema. 50 characters each leave room for the names of indexes (of 63 in Postgres). */
export const aTable: Rule = {
  must: 'the name of a table, with or without a schema: letters, digits and _, each part up to 50 characters',
  accepts: (value) => typeof value === 'string' && value.split('.').length <= 2 && value.split('.').every((name) => part.test(name)),
};

/** The name as SQL has it, in quotes: what it says, in upper or lower case, is what the table is called. */
export function quoted(table: string): string {
  return table
    .split('.')
    .map((name) => `"${name}"`)
    .join('.');
}

/** The name without its schema. */
export function bareName(table: string): string {
  return table.slice(table.indexOf('.') + 1);
}
