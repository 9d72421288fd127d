// Started by `node --require newrelic`.
import { createRequire } from 'node:module';

const newrelic = createRequire(import.meta.url)('newrelic');

export const inRequest = (work) => newrelic.startBackgroundTransaction('request', work);
export const traceId = () => newrelic.getTraceMetadata().traceId || undefined;
export const isReady = () => true;
