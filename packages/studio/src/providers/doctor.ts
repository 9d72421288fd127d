import type { ProviderRun, RecordPlace } from './dead-letters.ts';

/** Looks for what is wrong with the trace headers of topics. What it rejects with is shown on the page by its message. */
export interface DoctorProvider {
  diagnose(request: DiagnosisRequest, run: ProviderRun): Promise<Diagnosis>;
}

/** What to look at. */
export interface DiagnosisRequest {
  /** @default all topics but the broker's own */
  readonly topics?: readonly string[];
  /** The most records that are read of each partition. */
  readonly last?: number;
  /** The address of this studio where the traces that records name are to be looked for in it. @default not looked for */
  readonly studioUrl?: string;
}

/** What was found. */
export interface Diagnosis {
  /** Whether nothing is wrong, everything could be read, and the studio was asked for a trace where it was to be. */
  readonly healthy: boolean;
  /** Whether it was ended before it had looked at everything. */
  readonly partial: boolean;
  readonly records: number;
  readonly topics: readonly TopicDiagnosis[];
}

/** What was found in one topic. */
export interface TopicDiagnosis {
  readonly topic: string;
  readonly records: number;
  /** Records with a trace context. */
  readonly withContext: number;
  /** Partitions that could not be read to their end, mostly because the broker gave no records of them. */
  readonly unreadPartitions: number;
  /** Traces that the studio was asked for; absent where it was not to be. */
  readonly tracesAsked?: number;
  /** Records by what sent them. */
  readonly senders: Readonly<Record<string, number>>;
  /** Records by the formats of their trace headers. */
  readonly formats: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

/** Something that is wrong with records of a topic. */
export interface Finding {
  readonly rule: string;
  /** What is wrong. */
  readonly title: string;
  readonly records: number;
  /** Of how many records: those that were read; of what goes by a back end, those that this was asked about. */
  readonly of: number;
  /** `records` of `of`, from 0 to 1. */
  readonly share: number;
  /** What it does to the trace. */
  readonly effect: string;
  /** The change that fixes it. */
  readonly fix: string;
  /** Software in which it was seen. */
  readonly causes: string | undefined;
  /** The address of the page that explains it. */
  readonly docs: string;
  /** Some of the records. */
  readonly examples: readonly FindingExample[];
}

/** A record that shows a finding. */
export interface FindingExample extends RecordPlace {
  readonly seen: string;
  readonly value: string | undefined;
  readonly key: Uint8Array | null | undefined;
}
