import { idOf } from './span-forest.ts';
import type { SpanReference } from './trace-span.ts';

/** Of each source, the spans that a test asked for; gone with the source. */
const asked = new WeakMap<object, Set<string>>();

/** Notes that a test asked for these spans of a source: they are no left-over of it. */
export function ask(source: object, spans: readonly SpanReference[]): void {
  const ids = asked.get(source) ?? new Set();
  asked.set(source, ids);
  for (const span of spans) ids.add(idOf(span));
}

/** Whether a test asked for this span of a source. */
export function wasAsked(source: object, span: SpanReference): boolean {
  return asked.get(source)?.has(idOf(span)) === true;
}

/** Forgets what was asked for of a source. */
export function forgetAsked(source: object): void {
  asked.delete(source);
}
