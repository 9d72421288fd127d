import { FixtureFolder, type RawHeaders } from '../recorded/fixture-folder.ts';
import type { Case } from './cases.ts';
import type { Named } from './jobs.ts';

/** What a tracer wrote for a case. */
interface Written {
  readonly wanted: Case;
  readonly named: Named;
  readonly headers: RawHeaders;
}

/** What a tracer read of what we wrote for a case. */
interface Read {
  readonly wanted: Case;
  readonly headers: RawHeaders;
  /** Absent where it read no context. */
  readonly named?: Named;
}

/** What the run of one tracer left. */
export interface Fixture {
  readonly tracer: string;
  readonly versions: Readonly<Record<string, string>>;
  /** The day of the run. */
  readonly date: string;
  readonly written: readonly Written[];
  readonly read: readonly Read[];
}

/** The kept runs, by the tracer's name. */
export const keptRuns: FixtureFolder<Fixture> = new FixtureFolder<Fixture>(`${import.meta.dirname}/fixtures`);
