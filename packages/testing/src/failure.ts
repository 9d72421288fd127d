import { formatTrace } from './format-trace.ts';
import { spansOf, type SpanSource } from './span-source.ts';

/** Why an assertion does not hold. The checks give it, and who asked throws it as an error of their own. */
export interface Failure {
  readonly message: string;
  /** Both texts of a comparison, which test runners show as a difference. */
  readonly compared?: { readonly actual: string; readonly expected: string };
}

/** A failure that says what was looked for and draws what there is. */
export function failure(complaint: string, source: SpanSource): Failure {
  const spans = spansOf(source);
  return { message: `${complaint}\n${spans.length === 0 ? 'There is no span.' : `There is:\n${formatTrace(spans)}`}` };
}
