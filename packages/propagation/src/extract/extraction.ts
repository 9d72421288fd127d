import { randomBytes } from 'node:crypto';
import { type Attributes, type Baggage, type Context, type SpanContext, propagation, trace } from '@opentelemetry/api';
import type { ContextValue } from '@tracelink/context';
import { emptyContext, processWide, sharedContextValue } from '@tracelink/context/internal';
import { type Carried, type Foreign, type HeaderFormat, type Reading, withDebugFlag } from '../formats/header-format.ts';
import type { Relation } from '../formats/tracelink.ts';
import type { Findings } from './findings.ts';
import { type UntrustedHeaders, untrustedHeaders } from './untrusted-headers.ts';

/**
 * How far the headers of a topic are believed: entirely, only enough for links (ids without flags), or not at all.
 * The semantic conventions leave it open; see RATIONALE.md, "Trust".
 */
export type Trust = 'trusted' | 'link' | 'ignore';

const nothing: Carried = Object.freeze({ context: undefined, sampling: 'inherit', debug: false });
/** Where no formats disagree. */
export const noConflicts: readonly SpanContext[] = Object.freeze([]);

/**
 * What the headers of one message say. Made by {@link KafkaPropagation.extract}; never changes. Contexts and sampling are read
 * at once, which is all that a link to a message needs; the other members at their first use: a client that reuses the bytes
 * of headers must ask before.
 */
export class Extraction {
  /** The message creation context: valid and remote; absent when there is none, or `trust` is `ignore`. */
  readonly creationContext: SpanContext | undefined;
  /** Other formats' contexts in the same headers that disagree with `creationContext`: each is worth a link. */
  readonly conflicts: readonly SpanContext[];
  /**
   * The sender's sampling decision: `inherit` it from `creationContext`; `deny` (B3 `0` and what says the same in other
   * formats: do not sample, even without ids); `defer` (B3 ids without a state, and the same: the receiver decides).
   */
  readonly sampling: 'inherit' | 'deny' | 'defer';
  /** The debug flag, which headers that can say it keep when they are written onwards. */
  readonly debug: boolean;
  /** How far these headers were believed. */
  readonly trust: Trust;
  readonly #findings: Findings;
  #denied: SpanContext | undefined;

  constructor(trust: Trust, { context, sampling, debug }: Carried, conflicts: readonly SpanContext[], findings: Findings) {
    this.trust = trust;
    this.creationContext = context;
    this.conflicts = conflicts;
    this.sampling = sampling;
    this.debug = debug;
    this.#findings = findings;
    if (trust === 'link' || sampling === 'defer') leaveUndecided(context, conflicts);
  }

  /** What `format` found that travels on; `undefined` also of an extraction that another copy of this package made. */
  static foreign(extraction: Extraction, format: HeaderFormat): Foreign | undefined {
    return #findings in extraction ? extraction.#findings.foreign.get(format) : undefined;
  }

  /** The trace origin: the context of the first publish, kept through retries and forwards; equals `creationContext` on the first hop. */
  get origin(): SpanContext | undefined {
    return this.#findings.origin;
  }

  /**
   * The context that this toolkit wrote last, where the creation context is of another trace, or there is none: software on the way broke the
   * trace. Worth a link. `undefined` where nothing broke; a new trace by `relation: 'link'` is no break.
   */
  get brokenFrom(): SpanContext | undefined {
    return this.#findings.brokenFrom;
  }

  /** The sender's wish from the header `tracelink-relation`. */
  get relation(): Relation | undefined {
    return this.#findings.relation;
  }

  /** How many messages this trace has gone through, this one included: 1 on the first. */
  get hops(): number {
    return this.#findings.progress?.hops ?? 1;
  }

  /** When this trace's second message was produced, milliseconds since the epoch; `undefined` on the first hop, which has no such header. */
  get since(): number | undefined {
    return this.#findings.progress?.since;
  }

  get baggage(): Baggage | undefined {
    return this.#findings.baggage;
  }

  /** What these headers said, where `trust` is not `trusted` and they said something: only to recognize copies of it in what a handler sends. */
  get untrusted(): UntrustedHeaders | undefined {
    return this.#findings.untrusted;
  }

  /** Other systems' ids, as attributes for the consumer's span (`tracelink.<format>.*`). */
  get attributes(): Attributes {
    return this.#findings.attributes;
  }

  /**
   * The context to start a span in that continues the creation context's trace: remote parent, baggage, what travels on.
   * With `deny` the parent is not sampled, and invented where the headers have no ids, so that samplers drop the span and
   * the denial goes on. With `defer` the parent's flags say "not sampled" though no one decided that: start from `asRoot`,
   * with a link, to let the local sampler decide. Headers written from this context itself, without a span of this process, say what came:
   * debug, denied, and undecided where the format can say that. Without a creation context, or unless `trust` is `trusted`: as `asRoot`.
   */
  asParent(): Context {
    // The context of an untrusted sender is worth a link and no more.
    if (this.trust !== 'trusted') return this.asRoot();
    const context = this.#withCarried(this.#findings.base ?? emptyContext);
    const parent = this.#parent();
    return parent === undefined ? trace.deleteSpan(context) : trace.setSpanContext(context, parent);
  }

  /** The context to start a new trace in: no parent, the rest as in `asParent`. Baggage only from a trusted topic. */
  asRoot(): Context {
    const { base } = this.#findings;
    return this.#withCarried(base === undefined ? emptyContext : trace.deleteSpan(base));
  }

  #parent(): SpanContext | undefined {
    if (this.sampling !== 'deny' || this.creationContext !== undefined) return this.creationContext;
    // A denial without ids: a parent that never existed is the only form in which samplers and propagators of
    // OpenTelemetry understand "not sampled", here and further on.
    this.#denied ??= { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex'), traceFlags: 0, isRemote: true };
    return this.#denied;
  }

  #withCarried(base: Context): Context {
    let context = incomingExtraction.set(base, this);
    const untrusted = this.trust === 'trusted' ? undefined : this.untrusted;
    if (untrusted !== undefined) context = untrustedHeaders.set(context, untrusted);
    const { baggage } = this;
    if (baggage !== undefined) context = propagation.setBaggage(context, baggage);
    this.#findings.detach();
    return this.debug ? withDebugFlag(context) : context;
  }
}

/**
 * The extraction of the message that is being handled. `Extraction.asParent` and `asRoot` set it; injection reads from it
 * what travels on beside the span: the trace origin, the debug flag, other systems' headers, the count of hops.
 */
export const incomingExtraction: ContextValue<Extraction | undefined> = sharedContextValue<Extraction>(
  '@tracelink/propagation.incomingExtraction.1',
  // A few texts: work that goes on behind the handler is of the same trace, and what it sends is that trace's next hop.
  { detached: (extraction) => extraction },
);

/** The extraction of headers that say nothing, or are not asked. */
export function emptyExtraction(trust: Trust, findings: Findings): Extraction {
  return new Extraction(trust, nothing, noConflicts, findings);
}

/** What is left of a reading that is only worth links: ids. No remote flag reaches a sampler that looks at links. */
export function linkOnly(reading: Reading, findings: Findings): Extraction {
  const conflicts = reading.conflicts.map(idsOnly);
  const context = reading.context === undefined ? undefined : idsOnly(reading.context);
  return new Extraction('link', { context, sampling: 'inherit', debug: false }, conflicts, findings);
}

function idsOnly({ traceId, spanId }: SpanContext): SpanContext {
  return { traceId, spanId, traceFlags: 0, isRemote: true };
}

/** The objects themselves: a link keeps its context, whoever makes a span of it, and whatever runs beside. Of all copies of this package. */
const undecided = processWide('@tracelink/propagation.undecided.1', () => new WeakSet<SpanContext>());

/** Marks contexts that were read from headers whose sender decided nothing about sampling, or must not. */
export function leaveUndecided(context: SpanContext | undefined, conflicts: readonly SpanContext[]): void {
  if (context !== undefined) undecided.add(context);
  for (const conflict of conflicts) undecided.add(conflict);
}

/**
 * Whether the flags of a context say nothing: it was read from headers of a topic that is trusted for links alone, or its sender left the
 * decision on sampling to the receiver. For samplers that look at links; a copy of the object is not known.
 */
export function isUndecided(context: SpanContext): boolean {
  return undecided.has(context);
}
