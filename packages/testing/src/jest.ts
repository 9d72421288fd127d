import type {} from 'expect';
import type { TraceAssertions } from './expectations/trace-matchers.ts';

export { traceMatchers } from './expectations/trace-matchers.ts';
export type { MatcherResult, MatcherState, TraceAssertions, TraceMatchers } from './expectations/trace-matchers.ts';

// Of `import { expect } from '@jest/globals'` and of the package expect itself.
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends TraceAssertions<R> {}
}

declare global {
  // Of the global expect that @types/jest declares, whose parameters these are: interfaces of others do not merge.
  namespace jest {
    interface Matchers<R, T = {}> extends TraceAssertions<R> {}
  }
}
