// Started by `node --require @instana/collector/src/immediate.js`.
import { createRequire } from 'node:module';

const instana = createRequire(import.meta.url)('@instana/collector')();

export const inRequest = (work) =>
  instana.sdk.async
    .startEntrySpan('request')
    .then(work)
    .finally(() => instana.sdk.async.completeEntrySpan());
export const traceId = () => instana.currentSpan().getTraceId() ?? undefined;
// It traces when its host agent has answered.
export const isReady = () => instana.isConnected();
