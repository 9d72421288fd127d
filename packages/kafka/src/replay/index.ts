export { replay } from './replay.ts';
export type { ReplayOptions } from './replay-options.ts';
export type { RecordProblem, ReplayOutcome, ReplayReport } from './replay-report.ts';
export type { RecordPlace } from './replay-progress.ts';
export type { DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';
export { KafkaTracingError } from '../core/kafka-tracing-error.ts';
export type { KafkaTracingErrorCode } from '../core/kafka-tracing-error.ts';
