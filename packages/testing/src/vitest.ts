import type {} from 'vitest';
import type { TraceAssertions } from './expectations/trace-matchers.ts';

export { traceMatchers } from './expectations/trace-matchers.ts';
export type { MatcherResult, MatcherState, TraceAssertions, TraceMatchers } from './expectations/trace-matchers.ts';

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> extends TraceAssertions<R> {}
}
