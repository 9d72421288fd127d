export { defaultInstrumentations } from './setup/defaults.ts';
export { followLinks } from './setup/samplers.ts';
export type { LinkSampler } from './setup/samplers.ts';
export type { FlushReport, TelemetrySignal } from './flush/flush.ts';
export { startTracing } from './start/start-tracing.ts';
export type { FlushOptions, Tracing } from './start/start-tracing.ts';
export { SdkError } from './start/start-tracing-options.ts';
export type { SdkErrorCode, StartTracingOptions } from './start/start-tracing-options.ts';
