import { type Attributes, type Baggage, type Context, type SpanContext, propagation } from '@opentelemetry/api';
import { extractBaggage, filterBaggage, withoutForeignMembers } from '../formats/baggage.ts';
import type { Foreign, HeaderFormat } from '../formats/header-format.ts';
import {
  type Relation,
  type TraceProgress,
  extractOrigin,
  extractProgress,
  extractRelation,
  extractWritten,
} from '../formats/tracelink.ts';
import { TraceHeaders } from '../headers/trace-headers.ts';
import { countBroken, countMalformed } from './counters.ts';
import { type GlobalContext, UntrustedHeaders } from './untrusted-headers.ts';

/** What of the headers is looked for. */
export interface FindingsSettings {
  /** The preferred first; `undefined`: the global propagator. */
  readonly formats: readonly HeaderFormat[] | undefined;
  /** Baggage keys that pass; `undefined`: every key. */
  readonly baggageKeys: ReadonlySet<string> | undefined;
}

/** Nothing was read yet; `undefined` is an answer. */
const unread = null;
export const noForeign: ReadonlyMap<HeaderFormat, Foreign> = new Map();
export const noAttributes: Attributes = Object.freeze({});

/** What stands in headers beside the contexts; `undefined` members were not there. */
export interface Findings {
  readonly origin: SpanContext | undefined;
  readonly relation: Relation | undefined;
  /** Of the creation context's trace: what a hop that began another one copied says nothing of it. */
  readonly progress: TraceProgress | undefined;
  /** What this toolkit wrote last, where the creation context is of another trace. */
  readonly brokenFrom: SpanContext | undefined;
  readonly baggage: Baggage | undefined;
  /** What other systems' headers say, by format. */
  readonly foreign: ReadonlyMap<HeaderFormat, Foreign>;
  readonly attributes: Attributes;
  /** Where `asParent` and `asRoot` begin: what a global propagator extracted from a trusted topic's headers, with values of its own. */
  readonly base: Context | undefined;
  /** What is recognized again, and no more, of headers that are not trusted. */
  readonly untrusted: UntrustedHeaders | undefined;
  /** Lets go of the client's memory. */
  detach(): void;
}

/** Reads each member at its first use and keeps it; what is malformed counts then. A message of a batch is mostly never asked. */
export class LazyFindings implements Findings {
  readonly #headers: TraceHeaders;
  readonly #settings: FindingsSettings;
  readonly #context: SpanContext | undefined;
  readonly #base: Context | undefined;
  #origin: SpanContext | undefined | null = unread;
  #relation: Relation | undefined | null = unread;
  #progress: TraceProgress | undefined | null = unread;
  #brokenFrom: SpanContext | undefined | null = unread;
  #baggage: Baggage | undefined | null = unread;
  #foreign: ReadonlyMap<HeaderFormat, Foreign> | null = unread;

  /**
   * @param context the creation context
   * @param base what a global propagator extracted
   */
  constructor(headers: TraceHeaders, settings: FindingsSettings, context: SpanContext | undefined, base: Context | undefined) {
    this.#headers = headers;
    this.#settings = settings;
    this.#context = context;
    this.#base = base;
  }

  get origin(): SpanContext | undefined {
    if (this.#origin === unread) {
      this.#origin = extractOrigin(this.#headers) ?? this.#eventOrigin() ?? this.#context;
      countMalformed(this.#headers);
    }
    return this.#origin;
  }

  get relation(): Relation | undefined {
    if (this.#relation === unread) {
      this.#relation = extractRelation(this.#headers);
      countMalformed(this.#headers);
    }
    return this.#relation;
  }

  get progress(): TraceProgress | undefined {
    if (this.#progress === unread) {
      const progress = extractProgress(this.#headers);
      const isOfAnother = progress?.span !== undefined && this.#context !== undefined && progress.span.traceId !== this.#context.traceId;
      this.#progress = isOfAnother ? undefined : progress;
      countMalformed(this.#headers);
    }
    return this.#progress;
  }

  get brokenFrom(): SpanContext | undefined {
    if (this.#brokenFrom === unread) {
      const written = extractWritten(this.#headers);
      this.#brokenFrom = written !== undefined && written.traceId !== this.#context?.traceId ? written : undefined;
      if (this.#brokenFrom !== undefined) countBroken();
      countMalformed(this.#headers);
    }
    return this.#brokenFrom;
  }

  get baggage(): Baggage | undefined {
    if (this.#baggage === unread) {
      const { baggageKeys } = this.#settings;
      const received = this.#receivedBaggage();
      // Who names keys may name any.
      this.#baggage = baggageKeys === undefined ? withoutForeignMembers(received) : filterBaggage(received, baggageKeys);
      countMalformed(this.#headers);
    }
    return this.#baggage;
  }

  get foreign(): ReadonlyMap<HeaderFormat, Foreign> {
    if (this.#foreign === unread) {
      this.#foreign = this.#readForeign();
      countMalformed(this.#headers);
    }
    return this.#foreign;
  }

  get attributes(): Attributes {
    let attributes = noAttributes;
    for (const foreign of this.foreign.values())
      attributes = attributes === noAttributes ? foreign.attributes : { ...attributes, ...foreign.attributes };
    return attributes;
  }

  get base(): Context | undefined {
    const base = this.#base;
    // Both set the baggage again, so what the allow-list dropped must not come back with the base.
    return base === undefined || propagation.getBaggage(base) === undefined ? base : propagation.deleteBaggage(base);
  }

  get untrusted(): UntrustedHeaders | undefined {
    return undefined;
  }

  detach(): void {
    this.#headers.detach();
  }

  #receivedBaggage(): Baggage | undefined {
    const { formats } = this.#settings;
    if (formats !== undefined) return extractBaggage(this.#headers, formats);
    return this.#base && propagation.getBaggage(this.#base);
  }

  /** An event's own trace headers hold the context in which it began. */
  #eventOrigin(): SpanContext | undefined {
    for (const format of this.#settings.formats ?? []) {
      const context = format.carries === 'origin' ? format.extract(this.#headers)?.context : undefined;
      if (context !== undefined) return context;
    }
    return undefined;
  }

  #readForeign(): ReadonlyMap<HeaderFormat, Foreign> {
    let found: Map<HeaderFormat, Foreign> | undefined;
    for (const format of this.#settings.formats ?? []) {
      const foreign = format.foreign?.(this.#headers);
      if (foreign !== undefined) (found ??= new Map()).set(format, foreign);
    }
    return found ?? noForeign;
  }
}

const noHeaders = new TraceHeaders(undefined);
const nothingAsked: FindingsSettings = { formats: [], baggageKeys: undefined };

/** Of headers that say nothing. */
export const noFindings: Findings = new LazyFindings(noHeaders, nothingAsked, undefined, undefined);

/** Of headers that are not trusted: most handlers send nothing of them on. */
class UntrustedFindings extends LazyFindings {
  #headers: unknown;
  readonly #read: GlobalContext | undefined;
  #untrusted: UntrustedHeaders | undefined | null = unread;

  constructor(headers: unknown, read: GlobalContext | undefined) {
    super(noHeaders, nothingAsked, undefined, undefined);
    this.#headers = headers;
    this.#read = read;
  }

  override get untrusted(): UntrustedHeaders | undefined {
    if (this.#untrusted === unread) {
      this.#untrusted = UntrustedHeaders.of(this.#headers, this.#read);
      this.#headers = undefined;
    }
    return this.#untrusted;
  }
}

/** @param read what the global propagator read; `undefined`: it was not asked */
export function untrustedFindings(headers: unknown, read?: GlobalContext): Findings {
  return headers === undefined || headers === null ? noFindings : new UntrustedFindings(headers, read);
}
