import { dirname } from 'node:path';
import { nearestPackageName } from './nearest-package-name.ts';
import { startTracing } from './start-tracing.ts';
import type { Tracing } from './tracing.ts';

/**
 * OpenTelemetry as `--import @tracelink/sdk/register` started it, with the environment as its only configuration. The
 * service is named by `OTEL_SERVICE_NAME`, or by the nearest `package.json` of the program.
 *
 * A program that calls `process.exit()` imports this and awaits `tracing.shutdown()` before.
 */
export const tracing: Tracing = startTracing({ ...serviceName(), flushOnExit: true });

function serviceName(): { serviceName?: string } {
  const { OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES } = process.env;
  if (OTEL_SERVICE_NAME?.trim() || OTEL_RESOURCE_ATTRIBUTES?.includes('service.name=')) return {};
  const program = process.argv[1];
  const name = nearestPackageName(program === undefined ? process.cwd() : dirname(program));
  return name === undefined ? {} : { serviceName: name };
}
