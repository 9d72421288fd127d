import { type Context, type SpanContext, propagation, trace } from '@opentelemetry/api';
import { suppressTracing } from '@tracelink/context/internal';
import { incomingExtraction } from '../extract/extraction.ts';
import { debugValue, type PlainHeader } from '../formats/header-format.ts';
import { isNormal } from '../formats/ids.ts';
import { originField } from '../formats/tracelink.ts';
import { formatTraceparent } from '../formats/w3c.ts';
import { standardPropagator } from '../global/standard-propagator.ts';
import { copyOfApplications } from '../headers/application-headers.ts';
import type { InjectSettings } from './injected-headers.ts';
import type { Injection } from './injection.ts';
import type { Relation } from '../formats/tracelink.ts';

/** The general path, for any context; one function for all of them. */
export type GeneralInjection = (context: Context, topic: string, relation?: Relation) => Injection;

/**
 * The fast path for what most messages are given: one format's header and `tracelink-origin`, of a span that began the trace's way
 * through Kafka, in a message whose own headers, if any, are the application's. A context that says more, and other headers, go the
 * general way.
 *
 * @param general what the general path gives; called at the first message that has such headers
 * @returns `undefined` where the context or the settings ask for more
 */
export function plainInjection(
  context: Context,
  topic: string,
  settings: InjectSettings,
  general: GeneralInjection,
): Injection | undefined {
  const { origin } = settings;
  const plain = plainHeader(settings);
  if (plain === undefined || origin !== true || context.getValue(suppressTracing) === true) return undefined;
  const span = trace.getSpanContext(context);
  if (span === undefined || span.traceState !== undefined || !isNormal(span)) return undefined;
  if (incomingExtraction.get(context) !== undefined || propagation.getBaggage(context) !== undefined) return undefined;
  if (debugValue(context) !== undefined || settings.outbound(topic) === 'none') return undefined;
  return new PlainInjection(plain, span, context, topic, general);
}

/** The one header that a hop's context stands in; `undefined` where several do, or the global propagator must be asked. */
function plainHeader({ formats }: InjectSettings): WrittenHeader | undefined {
  const written = formats ?? standardPropagator()?.writes;
  const plain = written?.length === 1 ? written[0]?.plain : undefined;
  return plain?.write === undefined ? undefined : (plain as WrittenHeader);
}

type WrittenHeader = Required<PlainHeader>;

class PlainInjection implements Injection {
  readonly #name: string;
  readonly #value: string;
  readonly #origin: string;
  readonly #context: Context;
  readonly #topic: string;
  readonly #general: GeneralInjection;
  #others: Injection | undefined;

  constructor({ field, write }: WrittenHeader, span: SpanContext, context: Context, topic: string, general: GeneralInjection) {
    this.#name = field.name;
    this.#value = write(span);
    this.#origin = formatTraceparent(span);
    this.#context = context;
    this.#topic = topic;
    this.#general = general;
  }

  into<H>(headers: H): H {
    if (headers === undefined || headers === null) return { [this.#name]: this.#value, [originField.name]: this.#origin } as H;
    const copy = copyOfApplications(headers);
    if (copy === undefined) return (this.#others ??= this.#general(this.#context, this.#topic)).into(headers);
    copy[this.#name] = this.#value;
    copy[originField.name] = this.#origin;
    return copy as H;
  }
}
