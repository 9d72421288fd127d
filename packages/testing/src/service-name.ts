/** What OpenTelemetry's SDKs call a program that was given no name: its path follows, which is another on every machine. */
const unnamed = /^unknown_service(:|$)/;

/** The `service.name` of a resource; `undefined` when it has none. */
export function serviceNameOf(resource: Readonly<Record<string, unknown>>): string | undefined {
  const name = resource['service.name'];
  return typeof name === 'string' && !unnamed.test(name) ? name : undefined;
}
