import type { KafkaPropagation } from '@tracelink/propagation';
import { isThenable } from '../core/outcome.ts';

/**
 * A propagation of the user's that is asked where an answer is needed at once: a promise is none. It counts as a fault of the
 * propagation, and its rejection, which no one would handle, is handled.
 *
 * @throws what `propagation` throws, and TypeError where it answers with a promise; to be contained
 */
export function promptPropagation(propagation: KafkaPropagation): KafkaPropagation {
  return {
    extract: (headers, topic) => atOnce(propagation.extract(headers, topic)),
    creationContext: (headers) => atOnce(propagation.creationContext(headers)),
    injection(context, topic, relation) {
      const injection = atOnce(propagation.injection(context, topic, relation));
      return { into: (headers) => atOnce(injection.into(headers)) };
    },
  };
}

function atOnce<T>(answer: T): T {
  if (!isThenable(answer)) return answer;
  answer.then(undefined, () => {});
  throw new TypeError('the propagation answered with a promise: it must answer at once');
}
