/**
 * A header format: `w3c` (`traceparent`, `tracestate`), `b3` (one header), `b3multi` (`X-B3-*`), `jaeger` (`uber-trace-id`),
 * `cloudevents` (`ce_traceparent`: the start of the story, beside another format), `sw8` (SkyWalking: read and carried on).
 */
export type Format = 'w3c' | 'b3' | 'b3multi' | 'jaeger' | 'cloudevents' | 'sw8';

/** Every format, for checks and error texts. */
export const formats: readonly Format[] = ['w3c', 'b3', 'b3multi', 'jaeger', 'cloudevents', 'sw8'];

/**
 * Whether a format holds the context of the last hop. `cloudevents` holds the first one's (CloudEvents, Distributed Tracing
 * extension: it "does not replace" the protocol's own headers), and SkyWalking's ids are not trace ids at all.
 */
export function isHopFormat(format: Format): boolean {
  return format !== 'cloudevents' && format !== 'sw8';
}
