import type { Attributes, Baggage, Context, SpanContext } from '@opentelemetry/api';
import type { Foreign, HeaderFormat, PlainHeader } from '../formats/header-format.ts';
import { isTextInBytes } from '../formats/ids.ts';
import { type Relation, type TraceProgress, originField, progressField, relationField } from '../formats/tracelink.ts';
import { flagsOfTraceparent } from '../formats/w3c.ts';
import { TraceHeaders } from '../headers/trace-headers.ts';
import { Extraction, noConflicts } from './extraction.ts';
import { type Findings, LazyFindings, noAttributes, noForeign } from './findings.ts';

// A record with more headers than this is none of the usual ones.
export const mostPlainHeaders = 32;

/** @param origin and the others: our own headers, see {@link PlainFindings} */
export function plainExtraction(
  hop: PlainHeader,
  context: SpanContext,
  origin: Uint8Array | undefined,
  progress: Uint8Array | undefined,
  relation: Uint8Array | undefined,
): Extraction {
  const sampling = (context.traceFlags & 1) === 0 ? hop.unsampled : 'inherit';
  const findings = new PlainFindings(context, origin, progress, relation);
  return new Extraction('trusted', { context, sampling, debug: false }, noConflicts, findings);
}

/**
 * What {@link LazyFindings} would find in headers in which nothing stands beside one context but what this toolkit wrote. At the first hop
 * the trace origin is the creation context itself: bytes that say so are never decoded.
 */
class PlainFindings implements Findings {
  readonly #context: SpanContext;
  #origin: Uint8Array | undefined;
  #progress: Uint8Array | undefined;
  #relation: Uint8Array | undefined;
  #decoded: LazyFindings | undefined;

  /** @param origin and the others: our own headers as the client delivered them; whatever a handler makes of the headers, these stay */
  constructor(context: SpanContext, origin: Uint8Array | undefined, progress: Uint8Array | undefined, relation: Uint8Array | undefined) {
    this.#context = context;
    this.#origin = origin;
    this.#progress = progress;
    this.#relation = relation;
  }

  get origin(): SpanContext | undefined {
    return this.#isFirstHop() ? this.#context : this.#all().origin;
  }

  get relation(): Relation | undefined {
    return this.#relation === undefined && this.#decoded === undefined ? undefined : this.#all().relation;
  }

  get progress(): TraceProgress | undefined {
    return this.#progress === undefined && this.#decoded === undefined ? undefined : this.#all().progress;
  }

  get brokenFrom(): SpanContext | undefined {
    return this.#isFirstHop() ? undefined : this.#all().brokenFrom;
  }

  get baggage(): Baggage | undefined {
    return undefined;
  }

  get foreign(): ReadonlyMap<HeaderFormat, Foreign> {
    return noForeign;
  }

  get attributes(): Attributes {
    return noAttributes;
  }

  get base(): Context | undefined {
    return undefined;
  }

  get untrusted(): undefined {
    return undefined;
  }

  detach(): void {
    if (!this.#isFirstHop() || this.#relation !== undefined) this.#all().detach();
  }

  /** Whether nothing says that the creation context is not the trace origin; forgets the bytes that say that it is. */
  #isFirstHop(): boolean {
    if (this.#progress !== undefined || this.#decoded !== undefined) return false;
    const origin = this.#origin;
    if (origin === undefined) return true;
    const { traceId, spanId, traceFlags } = this.#context;
    if (flagsOfTraceparent(origin) !== traceFlags || !isTextInBytes(origin, 3, traceId) || !isTextInBytes(origin, 36, spanId)) return false;
    this.#origin = undefined;
    return true;
  }

  #all(): LazyFindings {
    if (this.#decoded !== undefined) return this.#decoded;
    const values: Record<string, Uint8Array> = {};
    if (this.#origin !== undefined) values[originField.name] = this.#origin;
    if (this.#progress !== undefined) values[progressField.name] = this.#progress;
    if (this.#relation !== undefined) values[relationField.name] = this.#relation;
    this.#origin = this.#progress = this.#relation = undefined;
    this.#decoded = new LazyFindings(new TraceHeaders(values), { formats: [], baggageKeys: undefined }, this.#context, undefined);
    return this.#decoded;
  }
}
