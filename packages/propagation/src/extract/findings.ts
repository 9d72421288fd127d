import { type Baggage, type Context, type SpanContext, propagation } from '@opentelemetry/api';
import type { Relation } from './extraction-interface.ts';
import type { Findings } from './findings-interface.ts';
import type { GlobalReading } from '../global/global-propagator.ts';
import type { Settings } from '../propagation/options.ts';
import { countMalformed } from './counters.ts';
import { filterBaggage, readBaggage, readBaggageWithJaeger } from '../formats/read-baggage.ts';
import type { Reading } from './read-context.ts';
import { readFormat } from '../formats/read-format.ts';
import { type Sw8Headers, readSw8 } from '../formats/read-sw8.ts';
import type { TraceHeaders } from '../headers/trace-headers.ts';
import { type TraceProgress, parseTraceProgress } from '../formats/tracelink.ts';
import { parseTraceparent } from '../formats/w3c.ts';

/** Nothing was read yet; `undefined` is an answer. */
const unread = null;

/** Reads each member at its first use and keeps it; what is malformed counts then. A message of a batch is mostly never asked. */
export class HeaderFindings implements Findings {
  readonly #headers: TraceHeaders;
  readonly #settings: Settings;
  readonly #context: SpanContext | undefined;
  readonly #global: GlobalReading | undefined;
  #origin: SpanContext | undefined | null = unread;
  #relation: Relation | undefined | null = unread;
  #progress: TraceProgress | undefined | null = unread;
  #baggage: Baggage | undefined | null = unread;
  #sw8: Sw8Headers | undefined | null = unread;

  constructor(headers: TraceHeaders, settings: Settings, reading: Reading, global: GlobalReading | undefined) {
    this.#headers = headers;
    this.#settings = settings;
    this.#context = reading.context;
    this.#global = global;
  }

  get origin(): SpanContext | undefined {
    if (this.#origin === unread) {
      this.#origin = this.#headers.last('tracelink-origin', parseTraceparent) ?? this.#eventOrigin() ?? this.#context;
      countMalformed(this.#headers);
    }
    return this.#origin;
  }

  get relation(): Relation | undefined {
    if (this.#relation === unread) {
      this.#relation = this.#headers.last('tracelink-relation', parseRelation);
      countMalformed(this.#headers);
    }
    return this.#relation;
  }

  get progress(): TraceProgress | undefined {
    if (this.#progress === unread) {
      this.#progress = this.#headers.last('tracelink-trace', parseTraceProgress);
      countMalformed(this.#headers);
    }
    return this.#progress;
  }

  get baggage(): Baggage | undefined {
    if (this.#baggage === unread) {
      this.#baggage = filterBaggage(this.#receivedBaggage(), this.#settings.baggageKeys);
      countMalformed(this.#headers);
    }
    return this.#baggage;
  }

  get sw8(): Sw8Headers | undefined {
    if (this.#sw8 === unread) {
      this.#sw8 = this.#reads('sw8') ? readSw8(this.#headers) : undefined;
      countMalformed(this.#headers);
    }
    return this.#sw8;
  }

  get base(): Context | undefined {
    const base = this.#global?.base;
    // `asParent` sets the baggage again, so what the allow-list dropped must not come back with the base.
    return base === undefined || propagation.getBaggage(base) === undefined ? base : propagation.deleteBaggage(base);
  }

  detach(): void {
    this.#headers.detach();
  }

  #receivedBaggage(): Baggage | undefined {
    if (this.#global !== undefined) return this.#global.base && propagation.getBaggage(this.#global.base);
    return this.#reads('jaeger') ? readBaggageWithJaeger(this.#headers) : readBaggage(this.#headers);
  }

  /** A CloudEvent's own trace headers hold the context in which the event began. */
  #eventOrigin(): SpanContext | undefined {
    return this.#reads('cloudevents') ? readFormat('cloudevents', this.#headers)?.context : undefined;
  }

  #reads(format: 'cloudevents' | 'jaeger' | 'sw8'): boolean {
    return this.#settings.formats?.extract.includes(format) === true;
  }
}

function parseRelation(text: string): Relation | undefined {
  return text === 'parent' || text === 'link' ? text : undefined;
}
