import type { Attributes, Json, Origin, Span, SpanGroup } from '../telemetry/span.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { MalformedError } from './members.ts';
import { parseValue } from './parse-attributes.ts';
import { kinds, originOf, statuses } from './parse-spans.ts';
import { PlainFields, unusual } from './plain-fields.ts';
import { anyValue } from './protobuf-messages.ts';
import { RepeatedTexts } from './repeated-texts.ts';

/** See `decodeProtobuf`: what may hold more goes there. */
const mostMessages = 1_000_000;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const texts = new RepeatedTexts();

/**
 * The fast way for an `ExportTraceServiceRequest` in protobuf as exporters write it: spans are made of the bytes at once, without the
 * form of OTLP's JSON between them, which costs more than all the rest.
 *
 * @returns what `parseSpans` of what `decodeProtobuf` made of `body` would say; `undefined` sends the body there: it is malformed, or holds
 *   a malformed span, or something that no exporter writes
 */
export function readPlainSpans(body: Buffer): SpanGroup[] | undefined {
  try {
    return new PlainSpans(body).request();
  } catch (error) {
    if (error === unusual || error instanceof MalformedError) return undefined;
    throw error;
  }
}

/** The numbers of fields and their wire types as they stand in tags. Source: as for `protobuf-messages.ts`. */
const bytesOf = (field: number): number => (field << 3) | 2;
const varintOf = (field: number): number => field << 3;
const eightOf = (field: number): number => (field << 3) | 1;

class PlainSpans {
  readonly #fields: PlainFields;
  #messages = 0;
  /** The spans of a trace follow each other: each has the id of the one before as the same string. */
  #traceId = '';

  constructor(body: Buffer) {
    this.#fields = new PlainFields(body);
  }

  request(): SpanGroup[] {
    const groups: SpanGroup[] = [];
    const end = this.#fields.bytes.length;
    this.#each(end, (tag) => {
      if (tag !== bytesOf(1)) return false;
      this.#resourceSpans(this.#fields.ending(end), groups);
      return true;
    });
    return groups;
  }

  #resourceSpans(end: number, groups: SpanGroup[]): void {
    let resource: Attributes = {};
    const scoped: { readonly scope: Origin['scope']; readonly spans: readonly Span[] }[] = [];
    this.#each(end, (tag) => {
      if (tag === bytesOf(1)) resource = this.#resource(this.#fields.ending(end));
      else if (tag === bytesOf(2)) scoped.push(this.#scopeSpans(this.#fields.ending(end)));
      else return false;
      return true;
    });
    for (const { scope, spans } of scoped) if (spans.length > 0) groups.push({ origin: originOf(resource, scope), spans });
  }

  #resource(end: number): Attributes {
    const attributes: Record<string, Json> = {};
    this.#each(end, (tag) => tag === bytesOf(1) && this.#attribute(end, attributes));
    return attributes;
  }

  #scopeSpans(end: number): { readonly scope: Origin['scope']; readonly spans: readonly Span[] } {
    let scope: Origin['scope'] = { name: '' };
    const spans: Span[] = [];
    this.#each(end, (tag) => {
      if (tag === bytesOf(1)) scope = this.#scope(this.#fields.ending(end));
      else if (tag === bytesOf(2)) spans.push(this.#span(this.#fields.ending(end)));
      else return false;
      return true;
    });
    return { scope, spans };
  }

  #scope(end: number): Origin['scope'] {
    let name = '';
    let version = '';
    this.#each(end, (tag) => {
      if (tag === bytesOf(1)) name = this.#text(end);
      else if (tag === bytesOf(2)) version = this.#text(end);
      else return false;
      return true;
    });
    return version === '' ? { name } : { name, version };
  }

  #span(end: number): Span {
    const fields = this.#fields;
    let traceId = '';
    let spanId = '';
    let parentSpanId = '';
    let name = '';
    let kind = 0;
    let startUs = 0;
    let endUs = 0;
    let status = { code: 0, message: '' };
    const attributes: Record<string, Json> = {};
    const events: Span['events'][number][] = [];
    const links: Span['links'][number][] = [];
    // The loop of `#each`, without a function for each field: this one is run for every span.
    this.#begin();
    while (fields.at < end) {
      const tag = fields.small();
      if (tag === bytesOf(9)) this.#attribute(end, attributes);
      else if (tag === bytesOf(1)) traceId = this.#trace(end);
      else if (tag === bytesOf(2)) spanId = fields.id(8, end);
      else if (tag === bytesOf(4)) parentSpanId = this.#parent(end);
      else if (tag === bytesOf(5)) name = this.#text(end);
      else if (tag === varintOf(6)) kind = fields.small();
      else if (tag === eightOf(7)) startUs = fields.microseconds(end);
      else if (tag === eightOf(8)) endUs = fields.microseconds(end);
      else if (tag === bytesOf(11)) events.push(this.#event(fields.ending(end)));
      else if (tag === bytesOf(13)) links.push(this.#link(fields.ending(end)));
      else if (tag === bytesOf(15)) status = this.#status(fields.ending(end));
      else this.#skip(tag, end);
    }
    if (fields.at !== end || traceId === '' || spanId === '') throw unusual;
    const span: Writable<Span> = {
      traceId,
      spanId,
      name,
      kind: kinds[kind] ?? kinds[0],
      startUs,
      durationUs: Math.max(0, endUs - startUs),
      status: statuses[status.code] ?? statuses[0],
      attributes,
      events,
      links,
    };
    if (parentSpanId !== '') span.parentSpanId = parentSpanId;
    if (status.message !== '') span.statusMessage = status.message;
    return span;
  }

  #status(end: number): { code: number; message: string } {
    const status = { code: 0, message: '' };
    this.#each(end, (tag) => {
      if (tag === bytesOf(2)) status.message = this.#text(end);
      else if (tag === varintOf(3)) status.code = this.#fields.small();
      else return false;
      return true;
    });
    return status;
  }

  #event(end: number): Span['events'][number] {
    let name = '';
    let timeUs = 0;
    const attributes: Record<string, Json> = {};
    this.#each(end, (tag) => {
      if (tag === eightOf(1)) timeUs = this.#fields.microseconds(end);
      else if (tag === bytesOf(2)) name = this.#text(end);
      else return tag === bytesOf(3) && this.#attribute(end, attributes);
      return true;
    });
    return { name, timeUs, attributes };
  }

  #link(end: number): Span['links'][number] {
    let traceId = '';
    let spanId = '';
    const attributes: Record<string, Json> = {};
    this.#each(end, (tag) => {
      if (tag === bytesOf(1)) traceId = this.#trace(end);
      else if (tag === bytesOf(2)) spanId = this.#fields.id(8, end);
      else return tag === bytesOf(4) && this.#attribute(end, attributes);
      return true;
    });
    if (traceId === '' || spanId === '') throw unusual;
    return { traceId, spanId, attributes };
  }

  #attribute(limit: number, attributes: Record<string, Json>): true {
    const fields = this.#fields;
    const end = fields.ending(limit);
    let key = '';
    let value: Json = null;
    this.#begin();
    while (fields.at < end) {
      const tag = fields.small();
      if (tag === bytesOf(1)) key = this.#text(end);
      else if (tag === bytesOf(2)) value = this.#value(fields.ending(end));
      else this.#skip(tag, end);
    }
    if (fields.at !== end) throw unusual;
    if (key === '__proto__') Object.defineProperty(attributes, key, { value, writable: true, enumerable: true, configurable: true });
    else attributes[key] = value;
    return true;
  }

  /** One value: where several stand in one message, the general way chooses. */
  #value(end: number): Json {
    const fields = this.#fields;
    this.#begin();
    const start = fields.at;
    if (start === end) return null;
    const tag = fields.small();
    let value: Json;
    if (tag === bytesOf(1)) value = this.#text(end);
    else if (tag === varintOf(3)) value = fields.int64();
    else if (tag === varintOf(2)) value = this.#bool();
    else if (tag === eightOf(4)) {
      const double = fields.double(end);
      value = Number.isFinite(double) ? double : String(double);
    } else {
      // Lists, maps and bytes are rare. A message has two bytes at least.
      this.#messages += (end - start) >>> 1;
      fields.at = end;
      value = parseValue(decodeProtobuf(anyValue, fields.bytes.subarray(start, end)));
    }
    if (fields.at !== end) throw unusual;
    return value;
  }

  #bool(): boolean {
    const value = this.#fields.small();
    if (value > 1) throw unusual;
    return value === 1;
  }

  #text(limit: number): string {
    const fields = this.#fields;
    const end = fields.ending(limit);
    const start = fields.at;
    fields.at = end;
    return texts.read(fields.bytes, start, end);
  }

  #trace(limit: number): string {
    const id = this.#fields.id(16, limit);
    return id === this.#traceId ? this.#traceId : (this.#traceId = id);
  }

  /** Empty for a root: an exporter may write its parent as no bytes, as zeros, or not at all. */
  #parent(limit: number): string {
    const fields = this.#fields;
    if (fields.bytes[fields.at] !== 0) return fields.id(8, limit);
    fields.at += 1;
    return '';
  }

  /** The fields of a message up to `end`: `read` says whether it knew the field with a tag, and has read it. */
  #each(end: number, read: (tag: number) => boolean): void {
    const fields = this.#fields;
    this.#begin();
    while (fields.at < end) {
      const tag = fields.small();
      if (!read(tag)) this.#skip(tag, end);
    }
    if (fields.at !== end) throw unusual;
  }

  #begin(): void {
    if (++this.#messages > mostMessages) throw unusual;
  }

  /** Passes over a field that no one reads, or that is of another wire type than what is read. */
  #skip(tag: number, end: number): void {
    if (tag < 8) throw unusual;
    this.#fields.skip(tag & 7, end);
  }
}
