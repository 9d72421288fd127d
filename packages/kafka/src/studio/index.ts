export { studioProviders } from './studio-providers.ts';
export type { StudioProviders, StudioProvidersOptions } from './studio-providers.ts';
export { KafkaTracingError } from '../core/kafka-tracing-error.ts';
export type { KafkaTracingErrorCode } from '../core/kafka-tracing-error.ts';
