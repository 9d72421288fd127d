import type { IHeaders } from 'kafkajs';
import { storedHeaders } from '../../client/record.ts';

/** One header of a record, with its repeats in their order. */
export interface StoredHeader {
  /** As it is spelled in the record. */
  readonly name: string;
  /** `null` is Kafka's null. */
  readonly values: readonly (Buffer | null)[];
}

/** The headers of a record as they stand in it, found in any case. */
export class HeaderBag {
  /** In the order in which their names appear first. */
  readonly all: readonly StoredHeader[];
  readonly #byName = new Map<string, StoredHeader[]>();

  constructor(headers: IHeaders) {
    this.all = Object.entries(storedHeaders(headers)).map(([name, value]) => ({ name, values: valuesOf(value) }));
    for (const header of this.all) {
      const name = header.name.toLowerCase();
      const spellings = this.#byName.get(name);
      if (spellings === undefined) this.#byName.set(name, [header]);
      else spellings.push(header);
    }
  }

  /** The spellings of a name. @param name in lower case */
  spellings(name: string): readonly StoredHeader[] {
    return this.#byName.get(name) ?? [];
  }

  /** Whether the name is there in any case. @param name in lower case */
  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** The values of a name: of its lower-case spelling where that is there, as readers prefer it. @param name in lower case */
  values(name: string): readonly (Buffer | null)[] {
    const spellings = this.spellings(name);
    const exact = spellings.find((header) => header.name === name);
    return exact === undefined ? spellings.flatMap(({ values }) => values) : exact.values;
  }

  /** The text of the last value; `undefined` where there is none or it is null. @param name in lower case */
  text(name: string): string | undefined {
    return this.values(name).at(-1)?.toString();
  }
}

function valuesOf(value: IHeaders[string] | null): readonly (Buffer | null)[] {
  return (Array.isArray(value) ? value : [value]).map((each: Buffer | string | null | undefined) =>
    each === null || each === undefined ? null : Buffer.from(each as Buffer),
  );
}

/** Signs of what wrote a record's headers, the more telling first. */
const signs: readonly (readonly [sender: string, isOf: (headers: HeaderBag) => boolean])[] = [
  ['Datadog', (headers) => headers.has('x-datadog-trace-id') || hasState(headers, /(?:^|,)\s*dd=/)],
  ['New Relic', (headers) => headers.has('newrelic') || hasState(headers, /@nr=/)],
  ['Elastic APM', (headers) => hasState(headers, /(?:^|,)\s*es=/)],
  ['Sentry', (headers) => headers.has('sentry-trace')],
  ['Instana', (headers) => headers.has('x_instana_t') || headers.has('x_instana_l_s')],
  ['SkyWalking', (headers) => headers.has('sw8')],
  ['AWS X-Ray', (headers) => headers.has('x-amzn-trace-id')],
  ['tracelink', (headers) => headers.has('tracelink-origin') || headers.has('tracelink-trace')],
  ['Watermill', (headers) => headers.has('_watermill_message_uuid')],
  ['CloudEvents', (headers) => headers.has('ce_specversion') || headers.has('ce_traceparent')],
  ['Jaeger client', (headers) => headers.has('uber-trace-id')],
  ['B3 (Brave, Zipkin, OpenTelemetry)', (headers) => headers.has('b3') || headers.has('x-b3-traceid')],
  ['W3C (OpenTelemetry, Micrometer)', (headers) => headers.has('traceparent')],
];

/** What wrote the trace headers of a record, as far as they tell. */
export function senderOf(headers: HeaderBag): string {
  return signs.find(([, isOf]) => isOf(headers))?.[0] ?? 'no tracer';
}

function hasState(headers: HeaderBag, member: RegExp): boolean {
  return headers.values('tracestate').some((value) => value !== null && member.test(value.subarray(0, 8_192).toString()));
}
