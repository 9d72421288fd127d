import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { getStringFromEnv } from '@opentelemetry/core';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { resourceAttributesEnvDetector } from '@opentelemetry/resources';
import { FastifyRoutes, expressRoute } from './routes.ts';
import { PgInstrumentationWithoutLoneConnects, isScrape } from './without-noise.ts';

/**
 * Instrumentation of `node:http` and `node:https`, of `fetch` and undici, of pg, and of pino, whose lines get the ids of the
 * active span and are exported as log records. Server spans have the route of Express and Fastify; a scrape of OpenTelemetry's Prometheus
 * exporter has no span, and the connect of a pool has none where it would be a trace of its own. Spread it into `instrumentations` to add
 * to it. Each is switched on as it is made.
 *
 * kafkajs' own is left out on purpose: `@tracelink/kafka` makes those spans.
 */
export function defaultInstrumentations(): Instrumentation[] {
  return [
    new HttpInstrumentation({ ignoreIncomingRequestHook: isScrape, requestHook: expressRoute }),
    new FastifyRoutes(),
    new UndiciInstrumentation(),
    new PgInstrumentationWithoutLoneConnects(),
    new PinoInstrumentation(),
  ];
}

/**
 * OTEL_SERVICE_NAME, or `service.name` in OTEL_RESOURCE_ATTRIBUTES. `NodeSDK` reads them only where OTEL_NODE_RESOURCE_DETECTORS, which says
 * what of the machine and the process is told, lists `env`.
 */
export function serviceNameFromEnv(): string | undefined {
  const name = getStringFromEnv('OTEL_SERVICE_NAME') ?? resourceAttributesEnvDetector.detect().attributes?.['service.name'];
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** The option `serviceName` from the nearest `package.json` of the program; none where the environment names the service. */
export function serviceName(): { serviceName?: string } {
  if (serviceNameFromEnv() !== undefined) return {};
  const program = process.argv[1];
  const name = nearestPackageName(program === undefined ? process.cwd() : dirname(program));
  return name === undefined ? {} : { serviceName: name };
}

/**
 * The `name` in the nearest `package.json` at or above `directory`. A file without a name, or one that cannot be read,
 * is passed over: some tools write one just to say `"type": "module"`.
 *
 * @returns `undefined` when there is none up to the root
 */
export function nearestPackageName(directory: string): string | undefined {
  const name = packageName(join(directory, 'package.json'));
  const parent = dirname(directory);
  return name ?? (parent === directory ? undefined : nearestPackageName(parent));
}

function packageName(file: string): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown };
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined;
  }
}
