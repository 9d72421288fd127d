import { channel } from 'node:diagnostics_channel';
import { IncomingMessage } from 'node:http';
import { context, type Span } from '@opentelemetry/api';
import { getRPCMetadata } from '@opentelemetry/core';
import { InstrumentationBase } from '@opentelemetry/instrumentation';

/** What Express leaves on a request. */
interface Routed {
  readonly baseUrl?: unknown;
  readonly route?: { readonly path?: unknown };
}

/**
 * A `requestHook` of HTTP instrumentation that names server spans, and their metrics, by the route of Express, and of what stands on it. HTTP
 * instrumentation asks for the route when the response ends, and Express leaves it on the request that both share.
 */
export function expressRoute(_span: Span, request: unknown): void {
  const metadata = getRPCMetadata(context.active());
  if (metadata === undefined || !(request instanceof IncomingMessage)) return;
  let told: string | undefined;
  Object.defineProperty(metadata, 'route', {
    configurable: true,
    enumerable: true,
    get: () => told ?? routeOf(request as Routed),
    set(route: string) {
      told = route;
    },
  });
}

function routeOf({ route, baseUrl }: Routed): string | undefined {
  return typeof route?.path === 'string' ? (typeof baseUrl === 'string' ? baseUrl : '') + route.path : undefined;
}

/** What Fastify says of a request that it has a handler for. */
interface Handled {
  readonly route?: { readonly url?: string };
}

const handlers = channel('tracing:fastify.request.handler:start');

function tell(message: unknown): void {
  const url = (message as Handled).route?.url;
  const metadata = getRPCMetadata(context.active());
  if (metadata !== undefined && url !== undefined) metadata.route = url;
}

/** Names HTTP instrumentation's spans and metrics by the route of Fastify, which publishes it. */
export class FastifyRoutes extends InstrumentationBase {
  constructor() {
    super('@tracelink/sdk/fastify-routes', '0.1.0', {});
  }

  protected override init(): undefined {}

  override enable(): void {
    super.enable();
    handlers.subscribe(tell);
  }

  override disable(): void {
    super.disable();
    handlers.unsubscribe(tell);
  }
}
