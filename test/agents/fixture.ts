import { FixtureFolder, type RawHeaders, type SpanIds } from '../recorded/fixture-folder.ts';

/** How tracelink runs in the process: without an SDK, or with its own and this `agentContext`. */
export type Mode = 'no SDK' | 'beside' | 'withhold' | 'instead';

/** A span of tracelink, with its topic's role in place of the topic. */
interface OurSpan extends SpanIds {
  readonly name: string;
  readonly parent?: string;
  readonly links: readonly SpanIds[];
  readonly events: readonly string[];
}

/** The trace ids that are active for tracelink and for the agent. */
export interface ActiveTraces {
  readonly ours?: string;
  /** The instrumentation that made the active span of OpenTelemetry's API. */
  readonly scope?: string;
  readonly agent?: string;
}

/** What a handler finds around it. */
interface Surroundings extends ActiveTraces {
  readonly headers: readonly string[];
  /** Keys of the active baggage. */
  readonly baggage: readonly string[];
}

/** What the program printed. */
export interface Seen {
  /** Whether tracelink's SDK was `started`, with the code of its error where not. */
  readonly sdk: string;
  /** In the request that sends. */
  readonly traces: ActiveTraces;
  /** In the order in which they ended. */
  readonly spans: readonly OurSpan[];
  /** Process warnings of tracelink. */
  readonly warnings: readonly string[];
  /** Rejections that no one handled. */
  readonly rejections: readonly string[];
  /** The values that the handler of `wrapConsumer` got, in order; it rejects `failing` the first time. */
  readonly handled: readonly string[];
  /** Whether the handler of a message waited for the one before it. */
  readonly awaited: boolean;
  readonly eachMessage: Surroundings;
  readonly subscribe: Surroundings;
}

/** The records of one run, by what sent them. */
export interface Records {
  /** The first of a `send` of three. */
  readonly sent: RawHeaders;
  /** The one that `subscribe` handled. */
  readonly subscribed: RawHeaders;
  /** Of a transaction. */
  readonly transactional: RawHeaders;
}

/** One run of the program. */
export interface Run {
  /** The agent's setting, as `settingName` writes it. */
  readonly setting: string;
  readonly mode: Mode;
  readonly records: Records;
  readonly seen: Seen;
}

/** What the runs beside one agent left. */
export interface Fixture {
  readonly agent: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly broker: string;
  /** The day of the runs. */
  readonly date: string;
  readonly runs: readonly Run[];
}

/** The kept runs, by the agent's name. */
export const keptRuns: FixtureFolder<Fixture> = new FixtureFolder<Fixture>(`${import.meta.dirname}/fixtures`);
