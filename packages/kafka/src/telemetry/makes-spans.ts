import type { TracerProvider } from '@opentelemetry/api';
import { scope } from '../core/version.ts';

/** The part of the API's proxy that says whether an SDK stands behind it; every copy and version of the API has it. */
interface Proxy {
  getDelegateTracer?(name: string, version: string): unknown;
}

/**
 * Whether `provider` makes spans. OpenTelemetry's API hands out a proxy, which makes none until an SDK is registered behind it;
 * whatever else offers tracers is taken at its word.
 */
export function makesSpans(provider: TracerProvider): boolean {
  const proxy = provider as Proxy;
  return typeof proxy.getDelegateTracer !== 'function' || proxy.getDelegateTracer(scope.name, scope.version) !== undefined;
}
