import './setup/check-node.ts';
import { processWide } from '@tracelink/context/internal';
import { serviceName } from './setup/defaults.ts';
import { startBeside } from './start/start-beside.ts';
import type { Tracing } from './start/start-tracing.ts';

/**
 * OpenTelemetry as `--import @tracelink/sdk/register` started it, with the environment as its only configuration. The
 * service is named by `OTEL_SERVICE_NAME`, or by the nearest `package.json` of the program. Where an SDK is registered already, that one, and
 * a warning of the process: none is started beside it.
 *
 * A program that calls `process.exit()` imports this and awaits `tracing.shutdown()` before.
 */
export const tracing: Tracing = processWide('@tracelink/sdk.register.1', () => startBeside({ ...serviceName(), flushOnExit: true }));
