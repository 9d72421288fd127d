#!/usr/bin/env bash
# @opentelemetry/instrumentation-http 0.301.0: disabled, it makes no spans any more; but where OpenTelemetry's loader hook for ES modules is registered and node:http was both
# required and imported, it goes on for both. No broker.
. "$(dirname "$0")/support/kafka.sh"
install @opentelemetry/api@1.10.0 @opentelemetry/sdk-trace@3.1.0 @opentelemetry/instrumentation@0.301.0 @opentelemetry/instrumentation-http@0.301.0
program() { # what registers the hook
  cat <<JS
import { once } from 'node:events';
import { createRequire, register } from 'node:module';
import { SpanKind } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
$1
const { HttpInstrumentation } = await import('@opentelemetry/instrumentation-http');
let spans = 0;
const count = { onStart() {}, onEnd: ({ kind }) => void (spans += kind === SpanKind.CLIENT ? 1 : 0), async forceFlush() {}, async shutdown() {} };
const instrumentation = new HttpInstrumentation();
instrumentation.setTracerProvider(new TracerProvider({ spanProcessors: [count] }));
const required = createRequire(import.meta.url)('node:http');
const { default: imported } = await import('node:http');
const server = required.createServer((_, response) => response.end()).listen(0, '127.0.0.1');
await once(server, 'listening');
const spansOf = async (http) => {
  spans = 0;
  const [response] = await once(http.get({ port: server.address().port, agent: false }), 'response');
  await once(response.resume(), 'close');
  return spans;
};
console.log('enabled: imported', await spansOf(imported), 'required', await spansOf(required));
instrumentation.disable();
console.log('disabled: imported', await spansOf(imported), 'required', await spansOf(required));
server.close();
JS
}
run < <(program '')
expect 'enabled: imported 1 required 1
disabled: imported 0 required 0'
run < <(program "register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);")
expect 'enabled: imported 1 required 1
disabled: imported 1 required 1'
