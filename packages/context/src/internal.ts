// For the packages of this repository: one rule, one place. Not for users; it may change in any version.
export { errorClass, errorMessage } from './errors/thrown-value.ts';
export { BrandedError } from './errors/context-error.ts';
export { announceVersion, diagnosticsOf, processWide, type Diagnostics } from './errors/diagnostics.ts';
export { aFunction, checkNames, checkOption, checkOptions, longestTimer, milliseconds, oneOf, text } from './errors/option-rules.ts';
export type { OptionError, Rule, Rules } from './errors/option-rules.ts';
export { ownApiVersion, registeredApi, sayUnseenApi, unseenApiVersion } from './spans/registered-api.ts';
export { suppressTracing } from './spans/detached-span.ts';
export { recordError } from './spans/span-lifecycle.ts';
export { beforeSignalEnds } from './tasks/before-signal-ends.ts';
export { sharedContextValue } from './values/context-value.ts';
export { detachKey } from './values/detached-values.ts';
export { emptyContext, layeredOn } from './values/layered-context.ts';
export { traceparentOf } from './values/trace-fields.ts';
