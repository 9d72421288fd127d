export { replay } from './replay.ts';
export type { ReplayOptions } from './replay-options.ts';
export type { RecordOutcome, RecordProblem, ReplayOutcome, ReplayReport, ReplayTarget } from './replay-report.ts';
export type { DeadLetterFilter } from '../dead-letters/dead-letter-filter.ts';
export type { DeadLetterRecord } from '../dead-letters/dead-letter-record.ts';
export { KafkaTracingError } from '../core/kafka-tracing-error.ts';
export type { KafkaTracingErrorCode } from '../core/kafka-tracing-error.ts';
