import './setup/check-node.ts';
import { processWide } from '@tracelink/context/internal';
import { serviceName } from './setup/defaults.ts';
import { startTracing, type Tracing } from './start/start-tracing.ts';

/**
 * OpenTelemetry as `--import @tracelink/sdk/register` started it, with the environment as its only configuration. The
 * service is named by `OTEL_SERVICE_NAME`, or by the nearest `package.json` of the program.
 *
 * A program that calls `process.exit()` imports this and awaits `tracing.shutdown()` before.
 */
export const tracing: Tracing = processWide('@tracelink/sdk.register.1', () => startTracing({ ...serviceName(), flushOnExit: true }));
