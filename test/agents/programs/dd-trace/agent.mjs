// Started by `node --import dd-trace/initialize.mjs`.
import { createRequire } from 'node:module';

const tracer = createRequire(import.meta.url)('dd-trace');

export const inRequest = (work) => tracer.trace('request', work);
export const traceId = () => tracer.scope().active()?.context().toTraceId(true);
export const isReady = () => true;
