/** What Node itself reads, and the programs that it starts. Compared in upper case, as Windows has them in any. */
const ofNode = new Set(['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SYSTEMROOT', 'TZ']);

const isOfNode = (name: string): boolean => ofNode.has(name.toUpperCase()) || name.startsWith('NODE_');

/** Settings of OpenTelemetry and of tracelink, which change where spans go and what they look like. */
const isOfTracing = (name: string): boolean => name.startsWith('OTEL_') || name.startsWith('TRACELINK_');

/**
 * The environment of a process that the demo starts: what Node needs, and what the demo gives it. The rest stays outside, as a `LOG_LEVEL`,
 * an `ORDERS_TOPIC` or an `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` that is exported for other work would set the service as well: without its
 * log lines, topics and spans the demo waits for ever.
 */
export function childEnvironment(own: Readonly<Record<string, string>>): Record<string, string | undefined> {
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => isOfNode(name))), ...own };
}

/** Replaces the settings of tracing in this process by these. */
export function setTracing(own: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) if (isOfTracing(name)) delete process.env[name];
  Object.assign(process.env, own);
}
