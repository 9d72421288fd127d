import type { Kept } from '../../dead-letters/fixture.ts';
import { FixtureFolder } from '../../recorded/fixture-folder.ts';

/** A record as a sender wrote it. */
export interface SentRecord {
  readonly key: Kept;
  readonly value: Kept;
  /** In order, with repeats. */
  readonly headers: readonly (readonly [name: string, value: Kept])[];
}

/** What a sender wrote in one of its ways. */
export interface Run {
  readonly way: string;
  readonly records: readonly SentRecord[];
}

/** What the runs of one sender left. */
export interface Fixture {
  readonly sender: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly broker: string;
  /** The day of the run. */
  readonly date: string;
  readonly runs: readonly Run[];
}

/** The kept runs, by the name of the sender. */
export const keptSenders: FixtureFolder<Fixture> = new FixtureFolder<Fixture>(`${import.meta.dirname}/fixtures`);
