import { traceFields } from '@tracelink/context';
import { pino, type DestinationStream, type Logger } from 'pino';

/** The levels that `LOG_LEVEL` may name. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** One of {@link logLevels}. */
export type LogLevel = (typeof logLevels)[number];

/**
 * A logger that writes one JSON line per event, each with the ids of the active trace:
 * `trace_id`, `span_id`, `trace_flags` (OpenTelemetry, "Trace Context in non-OTLP Log Formats").
 *
 * @param destination where the lines go; default: standard output
 */
export function serviceLogger(service: string, level: LogLevel, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: { service },
      mixin: traceFields,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Readers filter by `error`; pino's own default would nest what we log under `err`.
      errorKey: 'error',
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  );
}
