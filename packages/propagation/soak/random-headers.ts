/** A source of numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const longText = 'x'.repeat(20_000);
const longBytes = Buffer.alloc(20_000, 0x61);
// One for all: making an error costs more than what is measured.
const hostile = new Error('hostile');

type Entry = [name: string, value: unknown];

const names = [
  'traceparent',
  'tracestate',
  'baggage',
  'b3',
  'X-B3-TraceId',
  'X-B3-SpanId',
  'X-B3-ParentSpanId',
  'X-B3-Sampled',
  'X-B3-Flags',
  'uber-trace-id',
  'uberctx-user',
  'jaeger-baggage',
  'ce_traceparent',
  'ce_tracestate',
  'sw8',
  'sw8-correlation',
  'sw8-x',
  'tracelink-origin',
  'tracelink-trace',
  'tracelink-relation',
  'content-type',
  'correlation-id',
  '__proto__',
  'constructor',
  'toString',
  '',
  'é',
];

/** Random headers of one message: every client's shape, good values, damaged ones, and such that only an enemy sends. */
export class RandomHeaders {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  next(): unknown {
    const kind = this.#random();
    if (kind < 0.01) return this.#oneOf([undefined, null, 7, 'b3', true, Buffer.from('b3'), [], {}, new Map(), new Date(0)]);
    const entries = Array.from({ length: this.#below(12) }, () => this.#entry());
    return kind < 0.02 ? this.#hostile(entries) : this.#shape(entries);
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #oneOf<T>(list: readonly T[]): T {
    return list[this.#below(list.length)] as T;
  }

  #entry(): Entry {
    const name = this.#oneOf(names);
    const spelled = this.#random() < 0.8 ? name : this.#oneOf([name.toUpperCase(), name.toLowerCase(), `${name} `]);
    return [spelled, this.#value(name)];
  }

  #value(name: string): unknown {
    const text = this.#damaged(this.#valid(name));
    const kind = this.#random();
    if (kind < 0.6) return Buffer.from(text);
    if (kind < 0.8) return text;
    if (kind < 0.85) return new Uint8Array(Buffer.from(text));
    if (kind < 0.93) return [this.#valid(name), Buffer.from(text), null, () => text].slice(0, 1 + this.#below(4));
    if (kind < 0.95) return Buffer.from([0xff, 0xfe, this.#below(256)]);
    return this.#oneOf<unknown>([null, undefined, 7, {}, [], Symbol('x'), longText, longBytes]);
  }

  #valid(name: string): string {
    const trace = this.#hex(32);
    const span = this.#hex(16);
    switch (name.toLowerCase()) {
      case 'traceparent':
      case 'ce_traceparent':
      case 'tracelink-origin':
        return `${this.#oneOf(['00', '00', '00', 'cc', 'ff'])}-${trace}-${span}-${this.#oneOf(['00', '01', '03', 'ff'])}`;
      case 'b3':
        return this.#oneOf([`${trace}-${span}-1`, `${trace}-${span}`, `${this.#hex(16)}-${span}-d-${span}`, '0', '1', 'd']);
      case 'x-b3-traceid':
        return this.#oneOf([trace, span]);
      case 'x-b3-spanid':
      case 'x-b3-parentspanid':
        return span;
      case 'uber-trace-id':
        return this.#oneOf([`${trace}:${span}:0:1`, `${span}%3A${span}%3A0%3A3`]);
      case 'tracestate':
      case 'ce_tracestate':
        return Array.from({ length: this.#below(40) }, (_, index) => `k${index}=${this.#hex(this.#below(20))}`).join(',');
      case 'baggage':
      case 'jaeger-baggage':
        return Array.from({ length: this.#below(20) }, (_, index) => `k${index}=${this.#oneOf(['v', 'a%20b', '%E4%', '1+2'])};p`).join(',');
      case 'sw8':
        return this.#oneOf(['1-------', '1-YQ==-Yg==-3-cw==-aQ==-ZQ==-cA==', '0-YQ-Yg-3-cw-aQ-ZQ-cA']);
      case 'sw8-correlation':
        return this.#oneOf(['', 'YQ==:Yg==', 'YQ:Yg,Yg:YQ']);
      case 'tracelink-trace':
        return `hops=${this.#below(20_000)};since=${this.#below(2 ** 32)}`;
      default:
        return this.#oneOf(['0', '1', 'true', 'parent', 'link', 'value']);
    }
  }

  #damaged(text: string): string {
    if (this.#random() < 0.7) return text;
    const at = this.#below(text.length + 1);
    return text.slice(0, at) + this.#oneOf(['', '-', 'A', 'zz', ',', '%', '\u0000', '\uD800', 'é']) + text.slice(at + this.#below(3));
  }

  #hex(length: number): string {
    let digits = '';
    while (digits.length < length)
      digits += this.#below(2 ** 32)
        .toString(16)
        .padStart(8, '0');
    return digits.slice(0, length);
  }

  #shape(entries: Entry[]): unknown {
    switch (this.#below(7)) {
      case 0:
        return new Map(entries);
      case 1:
        return new Map(entries.map(([name, value]) => [Buffer.from(name), value]));
      case 2:
        return entries;
      case 3:
        return entries.map(([key, value]) => ({ key, value }));
      case 4:
        return entries.map(([name, value]) => ({ [name]: value }));
      default:
        return Object.fromEntries(entries);
    }
  }

  #hostile(entries: Entry[]): unknown {
    const record = Object.fromEntries(entries);
    const fail = (): never => {
      throw hostile;
    };
    switch (this.#below(6)) {
      case 0:
        return Object.defineProperty(record, 'b3', { enumerable: true, configurable: true, get: fail });
      case 1:
        return new Proxy(record, { ownKeys: fail });
      case 2:
        return new Proxy(entries, { get: fail });
      case 3:
        return [...entries, new Proxy({}, { getOwnPropertyDescriptor: fail }), 7, null, [], [undefined]];
      case 4:
        return { ...record, b3: Array.from({ length: this.#below(200) }, () => 'broken') };
      default:
        return Object.freeze(Object.create(record));
    }
  }
}
