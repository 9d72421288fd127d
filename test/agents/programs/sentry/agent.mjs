// Started by `node --import ./start.mjs`.
import { createRequire } from 'node:module';

const Sentry = createRequire(import.meta.url)('@sentry/node');

export const inRequest = (work) => Sentry.startSpan({ name: 'request' }, work);
export const traceId = () => Sentry.getActiveSpan()?.spanContext().traceId;
export const isReady = () => true;
