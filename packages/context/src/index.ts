export { contextValue } from './context-value.ts';
export type { ContextValue, ContextValueOptions } from './context-value.ts';
export { traceFields, traceId } from './trace-fields.ts';
export type { TraceFields } from './trace-fields.ts';
