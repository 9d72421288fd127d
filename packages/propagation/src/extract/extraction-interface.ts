import type { Attributes, Baggage, Context, SpanContext } from '@opentelemetry/api';

/**
 * How far the headers of a topic are believed: entirely, only enough for links (ids without flags), or not at all.
 * The semantic conventions leave it open; see RATIONALE.md, "Trust".
 */
export type Trust = 'trusted' | 'link' | 'ignore';

/** Whether a consumer continues the creation context's trace or starts its own and links to it. */
export type Relation = 'parent' | 'link';

/**
 * What the headers of one message say. Made by {@link KafkaPropagation.extract}; never changes. Contexts and sampling are read
 * at once, the other members at their first use: a client that reuses the bytes of headers must ask before.
 */
export interface Extraction {
  /** The message creation context: valid and remote; absent when there is none, or `trust` is `ignore`. */
  readonly creationContext: SpanContext | undefined;
  /** Other formats' contexts in the same headers that disagree with `creationContext`: each is worth a link. */
  readonly conflicts: readonly SpanContext[];
  /** The first context of the whole story, kept through retries and forwards; equals `creationContext` on the first hop. */
  readonly origin: SpanContext | undefined;
  /**
   * The sender's sampling decision: `inherit` it from `creationContext`; `deny` (B3 `0`: do not sample, even without ids);
   * `defer` (B3 without a state: the receiver decides).
   */
  readonly sampling: 'inherit' | 'deny' | 'defer';
  /** The B3 debug flag, which B3 headers written onwards keep. */
  readonly debug: boolean;
  /** The sender's wish from the header `tracelink-relation`. */
  readonly relation: Relation | undefined;
  /** How many messages this trace has gone through, this one included: 1 on the first. */
  readonly hops: number;
  /** When this trace's first message was produced, milliseconds since the epoch, as its second hop wrote it. */
  readonly since: number | undefined;
  readonly baggage: Baggage | undefined;
  /** SkyWalking's ids, as attributes for the consumer's span (`tracelink.sw8.*`). */
  readonly attributes: Attributes;
  /** How far these headers were believed. */
  readonly trust: Trust;
  /**
   * The context to start a span in that continues the creation context's trace: remote parent, baggage, what travels on.
   * With `deny` the parent is not sampled, and invented where the headers have no ids, so that samplers drop the span and
   * the denial goes on. With `defer` the parent's flags say "not sampled" though no one decided that: start from `asRoot`,
   * with a link, to let the local sampler decide. Without a creation context, or unless `trust` is `trusted`: as `asRoot`.
   */
  asParent(): Context;
  /** The context to start a new trace in: no parent, the rest as in `asParent`. Baggage only from a trusted topic. */
  asRoot(): Context;
}
