import { b3, b3multi } from './b3.ts';
import { cloudevents } from './cloudevents.ts';
import { datadog } from './datadog.ts';
import type { HeaderFormat } from './header-format.ts';
import { instana } from './instana.ts';
import { jaeger } from './jaeger.ts';
import { sentry } from './sentry.ts';
import { sw8 } from './sw8.ts';
import { w3c } from './w3c.ts';

/**
 * A header format: `w3c` (`traceparent`, `tracestate`), `b3` (one header), `b3multi` (`X-B3-*`), `jaeger` (`uber-trace-id`),
 * `cloudevents` (`ce_traceparent`: the trace origin, beside another format), `sw8` (SkyWalking: read and carried on), `datadog`
 * (`x-datadog-*`), `instana` (`X_INSTANA_*`), `sentry` (`sentry-trace`).
 */
export type Format = 'w3c' | 'b3' | 'b3multi' | 'jaeger' | 'cloudevents' | 'sw8' | 'datadog' | 'instana' | 'sentry';

/** Every format by its name. */
export const formats: Readonly<Record<Format, HeaderFormat>> = {
  w3c,
  b3,
  b3multi,
  jaeger,
  cloudevents,
  sw8,
  datadog,
  instana,
  sentry,
};

/** The names, for checks and error texts. */
export const formatNames: readonly Format[] = Object.keys(formats) as Format[];

/** Whether a format holds the context of the last hop: one that does must be written, or the trace ends here. */
export function isHopFormat(name: Format): boolean {
  return formats[name].carries === 'hop';
}

/** The formats that a global propagator with these fields, in lower case, reads among them. */
export function formatsOfPropagator(fields: ReadonlySet<string>): readonly HeaderFormat[] {
  return Object.values(formats).filter(({ propagatorFields }) => propagatorFields.some((field) => fields.has(field)));
}
