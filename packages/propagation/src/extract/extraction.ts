import { randomBytes } from 'node:crypto';
import { type Attributes, type Baggage, type Context, type SpanContext, propagation, trace } from '@opentelemetry/api';
import { withB3Debug } from '../formats/b3-debug.ts';
import type { Extraction, Relation, Trust } from './extraction-interface.ts';
import { type Findings, noFindings } from './findings-interface.ts';
import { incomingExtraction } from './incoming-extraction.ts';
import { emptyContext } from '../global/layered-context.ts';
import type { Reading } from './read-context.ts';
import type { Sw8Headers } from '../formats/read-sw8.ts';

const noAttributes: Attributes = Object.freeze({});
const nothing: Reading = Object.freeze({ context: undefined, conflicts: Object.freeze([]), sampling: 'inherit', debug: false });

/** The one implementation of {@link Extraction}. A link to a message needs the contexts only; the rest is read when asked for. */
export class HeaderExtraction implements Extraction {
  readonly creationContext: SpanContext | undefined;
  readonly conflicts: readonly SpanContext[];
  readonly sampling: 'inherit' | 'deny' | 'defer';
  readonly debug: boolean;
  readonly trust: Trust;
  readonly #findings: Findings;
  #denied: SpanContext | undefined;

  constructor(trust: Trust, reading: Reading, findings: Findings) {
    this.trust = trust;
    this.creationContext = reading.context;
    this.conflicts = reading.conflicts;
    this.sampling = reading.sampling;
    this.debug = reading.debug;
    this.#findings = findings;
  }

  get origin(): SpanContext | undefined {
    return this.#findings.origin;
  }

  get relation(): Relation | undefined {
    return this.#findings.relation;
  }

  get hops(): number {
    return this.#findings.progress?.hops ?? 1;
  }

  get since(): number | undefined {
    return this.#findings.progress?.since;
  }

  get baggage(): Baggage | undefined {
    return this.#findings.baggage;
  }

  /** SkyWalking's headers as injection writes them on. */
  get sw8(): Sw8Headers | undefined {
    return this.#findings.sw8;
  }

  get attributes(): Attributes {
    return this.#findings.sw8?.attributes ?? noAttributes;
  }

  asParent(): Context {
    // The context of an untrusted sender is worth a link and no more.
    if (this.trust !== 'trusted') return this.asRoot();
    const context = this.#withCarried(this.#findings.base ?? emptyContext);
    const parent = this.#parent();
    return parent === undefined ? trace.deleteSpan(context) : trace.setSpanContext(context, parent);
  }

  asRoot(): Context {
    return this.#withCarried(emptyContext);
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
    const { baggage } = this;
    if (baggage !== undefined) context = propagation.setBaggage(context, baggage);
    this.#findings.detach();
    return this.debug ? withB3Debug(context) : context;
  }
}

/** The extraction of headers that say nothing, or are not asked. */
export function emptyExtraction(trust: Trust): HeaderExtraction {
  return new HeaderExtraction(trust, nothing, noFindings);
}

/** What is left of a reading that is only worth links: ids. No remote flag reaches a sampler that looks at links. */
export function linkOnly(reading: Reading): HeaderExtraction {
  const conflicts = reading.conflicts.map(idsOnly);
  const context = reading.context === undefined ? undefined : idsOnly(reading.context);
  return new HeaderExtraction('link', { context, conflicts, sampling: 'inherit', debug: false }, noFindings);
}

function idsOnly({ traceId, spanId }: SpanContext): SpanContext {
  return { traceId, spanId, traceFlags: 0, isRemote: true };
}
