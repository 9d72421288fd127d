// Started by `node --require elastic-apm-node/start.js`.
import { AsyncResource } from 'node:async_hooks';
import { createRequire } from 'node:module';

const apm = createRequire(import.meta.url)('elastic-apm-node');

// A transaction is current until its async context ends.
export const inRequest = (work) =>
  new AsyncResource('request').runInAsyncScope(async () => {
    apm.startTransaction('request');
    await work();
    apm.endTransaction();
  });
export const traceId = () => apm.currentTraceIds['trace.id'];
export const isReady = () => true;
