export { diagnose } from './diagnose.ts';
export { jaegerBackEnd, studioBackEnd, tempoBackEnd } from './back-ends/back-ends.ts';
export type { TempoBackEndOptions, TraceBackEnd } from './back-ends/back-ends.ts';
export type { BackEndSpan } from './rules/traced-record.ts';
export type { DiagnoseOptions } from './diagnose.ts';
export type { Diagnosis, Finding, FindingExample, TopicDiagnosis } from './diagnosis.ts';
export type { RecordPlace } from './records/seen-record.ts';
export { KafkaTracingError } from '../core/kafka-tracing-error.ts';
export type { KafkaTracingErrorCode } from '../core/kafka-tracing-error.ts';
