import { FixtureFolder, type RawHeaders, type SpanIds } from '../recorded/fixture-folder.ts';

/** What tracelink writes into a record. */
export type Format = 'b3' | 'w3c' | 'both';

/** What the span of tracelink's consumer hung on. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly parent: string | undefined;
  readonly links: readonly SpanIds[];
  /** Whether it told of a broken trace. */
  readonly broken: boolean;
}

/** One way through the framework. */
export interface Hop {
  /** As tracelink's producer wrote them. */
  readonly sent: RawHeaders;
  /** As the framework wrote them; absent where no record came. */
  readonly received?: RawHeaders;
  /** Whether the record's key was still there. */
  readonly keepsKey?: boolean;
  readonly span?: ReceivedSpan;
}

/** One record that went through the framework twice. */
export interface Journey {
  /** The framework's setting, as `settingName` writes it. */
  readonly setting: string;
  readonly format: Format;
  readonly hops: readonly Hop[];
}

/** What a run of one framework left. */
export interface Fixture {
  readonly framework: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly broker: string;
  /** The day of the run. */
  readonly date: string;
  readonly journeys: readonly Journey[];
}

/** The kept runs, by the framework's name. */
export const keptRuns: FixtureFolder<Fixture> = new FixtureFolder<Fixture>(`${import.meta.dirname}/fixtures`);
