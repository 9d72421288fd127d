/** A deliberate error of the members. A harness that does not find it finds nothing. */
export type Mutant = 'commit-first' | 'metadata-lies' | 'keys-ignored' | 'dead-letters-skipped' | 'spans-open' | 'clusters-alike';

/** What each does wrong, and the row that shows it. */
export const mutants: Readonly<Record<Mutant, { readonly title: string; readonly row: string }>> = {
  'commit-first': { title: 'each batch is committed before it is handled', row: 'killed-handled' },
  'metadata-lies': { title: 'each commit claims that the message after the next one is completed, too', row: 'killed-handled' },
  'keys-ignored': { title: 'messages of one key are handled at the same time', row: 'none' },
  'dead-letters-skipped': { title: 'a dead-letter record that cannot be written is dropped', row: 'dead-letters-refused' },
  'spans-open': { title: 'one span of a hundred is never ended', row: 'none' },
  'clusters-alike': { title: "another cluster's commits are treated as its own", row: 'mirror-failover' },
};
