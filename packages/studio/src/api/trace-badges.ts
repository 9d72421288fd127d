import type { Span } from '../telemetry/span.ts';

/** What came of a trace's messages, in the order in which a row of the list shows it. */
const badges = {
  /** A message was tried again: alone, it means that this succeeded, or goes on. */
  retried: ({ attributes }: Span): boolean => {
    const attempt = attributes['tracelink.delivery.attempt'];
    return typeof attempt === 'number' && attempt > 1;
  },
  'dead-letter': ({ attributes, events }: Span): boolean => {
    const topic = attributes['messaging.destination.name'];
    return (typeof topic === 'string' && topic.endsWith('.dead-letter')) || has(events, 'tracelink.delivery.dead_letter');
  },
  /** A message is in its topic a second time, from its dead-letter topic. */
  replayed: ({ links }: Span): boolean => links.some(({ attributes }) => attributes['tracelink.link.kind'] === 'origin'),
  'circuit-open': ({ events }: Span): boolean => has(events, 'tracelink.delivery.circuit_open'),
};

export type TraceBadge = keyof typeof badges;

const names = Object.keys(badges) as TraceBadge[];

/** @returns the badges that some span earns its trace */
export function badgesOf(spans: Iterable<Span>): TraceBadge[] {
  const earned = new Set<TraceBadge>();
  for (const span of spans) {
    for (const name of names) if (!earned.has(name) && badges[name](span)) earned.add(name);
  }
  return names.filter((name) => earned.has(name));
}

function has(events: Span['events'], wanted: string): boolean {
  return events.some(({ name }) => name === wanted);
}
