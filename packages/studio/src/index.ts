export type { ActionResult, StudioAction } from './api/actions.ts';
export type {
  DeadLetter,
  DeadLetterExtent,
  DeadLetterProvider,
  DeadLetterReading,
  DeadLetterSummary,
  DeadLetterTopic,
  MissingCode,
  ProviderRun,
  RecordAddress,
  RecordPlace,
  ReplayReport,
  ReplayRequest,
  SentRecord,
} from './providers/dead-letters.ts';
export type { Diagnosis, DiagnosisRequest, DoctorProvider, Finding, FindingExample, TopicDiagnosis } from './providers/doctor.ts';
export type { ImportReport } from './imports/import-traces.ts';
export { startStudio, type Studio } from './server/start-studio.ts';
export { StudioError, type StudioErrorCode, type StudioOptions } from './server/studio-options.ts';
export type { StoreLimits } from './store/trace-store.ts';
