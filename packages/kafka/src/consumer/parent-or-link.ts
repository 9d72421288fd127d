import type { Extraction, Relation } from '@tracelink/propagation';
import { guardAnswer } from '../core/guard.ts';
import type { MessageLike } from '../client/kafka-client.ts';
import type { ConsumerOptions, TraceLimits } from '../telemetry/options.ts';
import { recordTimestamp } from '../client/record.ts';

/**
 * Whether the creation context of a message becomes the parent of the span that processes it, or only its link.
 *
 * Some contexts cannot be a parent: headers that are not trusted, a sampling decision that was deferred to us, a trace that has
 * reached its limits. Otherwise the first of these counts: the receiver's function, the sender's header, the topic's option, the wrapper's.
 */
export function relationOf(extraction: Extraction, topic: string, message: MessageLike, options: ConsumerOptions): Relation {
  if (extraction.trust !== 'trusted' || extraction.sampling === 'defer') return 'link';
  // "Do not sample" without ids: there is nothing to link to, and a new trace would ignore the sender's decision.
  if (extraction.sampling === 'deny' && extraction.creationContext === undefined) return 'parent';
  if (options.traceLimits !== undefined && isOver(options.traceLimits, extraction, message)) return 'link';
  const { relation, topics } = options;
  if (typeof relation === 'function') return asRelation(guardAnswer('the relation option', () => relation(topic, message), options));
  const ofTopic = topics !== undefined && Object.hasOwn(topics, topic) ? topics[topic]?.relation : undefined;
  return extraction.relation ?? ofTopic ?? relation ?? 'parent';
}

/** The answer of a user's function, which may be any value. */
function asRelation(answer: Relation | undefined): Relation {
  return answer === 'link' ? 'link' : 'parent';
}

function isOver({ maxHops, maxAge }: TraceLimits, extraction: Extraction, message: MessageLike): boolean {
  if (maxHops !== undefined && extraction.hops > maxHops) return true;
  if (maxAge === undefined) return false;
  // On the first hop this message is the trace's first message.
  const since = extraction.since ?? recordTimestamp(message.timestamp);
  return since !== undefined && Date.now() - since > maxAge;
}
