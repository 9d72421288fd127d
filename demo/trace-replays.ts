import { startTracing, type Tracing } from '@tracelink/sdk';
import { setTracing } from './services/child-environment.ts';

/**
 * Traces what the studio's page replays. The spans go to the studio itself; nothing else of this process is traced, or each export would
 * make the next one.
 */
export function traceReplays(studioUrl: string): Tracing {
  // The exporter is configured by its variables alone.
  setTracing({
    OTEL_EXPORTER_OTLP_ENDPOINT: studioUrl,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_BSP_SCHEDULE_DELAY: '100',
  });
  return startTracing({ serviceName: 'studio', instrumentations: [] });
}
