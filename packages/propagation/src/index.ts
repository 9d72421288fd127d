export { kafkaPropagation } from './kafka-propagation.ts';
export type { Injection, KafkaPropagation } from './kafka-propagation.ts';
export type { KafkaPropagationOptions, Outbound } from './kafka-propagation-options.ts';
export type { Extraction, Relation, Trust } from './extraction.ts';
export type { Format } from './format.ts';
export type { B3MultiNames } from './b3-multi.ts';
export { incomingExtraction } from './incoming-extraction.ts';
export { PropagationError } from './propagation-error.ts';
export type { PropagationErrorCode } from './propagation-error.ts';
