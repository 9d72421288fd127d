// For the packages of this repository: one rule, one place. Not for users; it may change in any version.
export { errorClass, errorMessage } from './errors/thrown-value.ts';
export { longestTimer } from './errors/check-options.ts';
export { suppressTracing } from './spans/detached-span.ts';
export { emptyContext, layeredOn } from './values/layered-context.ts';
