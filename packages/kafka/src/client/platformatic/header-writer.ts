import { guard, warnOnce } from '../../core/guard.ts';

type Serialize = (data: unknown) => unknown;

/** What a producer is configured with, under a symbol that the library exports to nobody but its own files. */
interface Configured {
  readonly serializers?: Serializers;
  /** A schema registry, which brings its own serializers; both at once are refused. */
  readonly registry?: { getSerializers(): Serializers } | null;
}

interface Serializers {
  readonly headerKey?: Serialize;
  readonly headerValue?: Serialize;
}

const optionsSymbol = 'plt.kafka.base.options';

/** A text as its producer's serializer takes it: the text, or its bytes. */
type Encode = (text: string) => unknown;

/** A header in the form that the serializers take. */
interface Encoded {
  readonly name: unknown;
  readonly text: string;
  readonly value: unknown;
}

// Names that are remembered: more than the formats have, and an end where a propagator's own have none.
const mostNames = 32;

/**
 * Writes the headers that tracing adds in the form that a producer's serializers take: by default bytes, with `stringSerializers` text.
 * What has the other form is lost without an error in one case (it is written as null), and fails the send in the other.
 */
export class HeaderWriter {
  readonly #producer: object;
  readonly #encodeKey: Encode | undefined;
  readonly #encodeValue: Encode | undefined;
  /** By name what was encoded last: the messages of a send usually carry one context. */
  readonly #last = new Map<string, Encoded>();

  constructor(producer: object) {
    this.#producer = producer;
    const { headerKey, headerValue } = serializersOf(producer);
    this.#encodeKey = encodingFor(headerKey);
    this.#encodeValue = encodingFor(headerValue);
  }

  /**
   * @param original the caller's headers
   * @param written the same headers with entries of text added, stale ones removed: a `Map` or a record
   * @returns what the client can serialize; the caller's own where it could not serialize what was added
   */
  headers(original: unknown, written: unknown): unknown {
    const [encodeKey, encodeValue] = [this.#encodeKey, this.#encodeValue];
    if (encodeKey === undefined || encodeValue === undefined) {
      warnOnce(
        'header serializers',
        'the header serializers of a @platformatic/kafka producer write neither a string nor a Buffer as it is, so its messages carry no ' +
          'context: use stringSerializers for headerKey and headerValue, or none; the serializers of a registry write JSON',
        this.#producer,
      );
      return original;
    }
    const encode = (name: string, text: string): Encoded => this.#encoded(name, text, encodeKey, encodeValue);
    const before = entriesOf(original);
    if (before === undefined && isRecord(written)) return added(written, encode);
    const after = entriesOf(written);
    return after === undefined ? original : merged(before ?? new Map(), after, encode);
  }

  #encoded(name: string, text: string, encodeKey: Encode, encodeValue: Encode): Encoded {
    const last = this.#last.get(name);
    if (last?.text === text) return last;
    const encoded = { name: last === undefined ? encodeKey(name) : last.name, text, value: encodeValue(text) };
    if (last !== undefined || this.#last.size < mostNames) this.#last.set(name, encoded);
    return encoded;
  }
}

/** The usual message, which has no headers of its own. */
function added(written: Readonly<Record<string, string>>, encode: (name: string, text: string) => Encoded): Map<unknown, unknown> {
  const headers = new Map<unknown, unknown>();
  for (const key of Object.keys(written)) {
    const { name, value } = encode(key, written[key] as string);
    headers.set(name, value);
  }
  return headers;
}

function merged(
  before: ReadonlyMap<unknown, unknown>,
  after: ReadonlyMap<unknown, unknown>,
  encode: (name: string, text: string) => Encoded,
): Map<unknown, unknown> {
  const headers = new Map<unknown, unknown>();
  // The serializers make null of them, which is a header.
  for (const [name, value] of before) if (value === undefined && !after.has(name)) headers.set(name, value);
  for (const [key, text] of after) {
    if (typeof key === 'string' && before.get(key) !== text) {
      const { name, value } = encode(key, text as string);
      headers.set(name, value);
    } else headers.set(key, text);
  }
  return headers;
}

function isRecord(headers: unknown): headers is Readonly<Record<string, string>> {
  return typeof headers === 'object' && headers !== null && !(headers instanceof Map);
}

function entriesOf(headers: unknown): ReadonlyMap<unknown, unknown> | undefined {
  if (headers instanceof Map) return headers;
  return isRecord(headers) ? new Map(Object.entries(headers)) : undefined;
}

function serializersOf(producer: object): Serializers {
  const symbol = Object.getOwnPropertySymbols(producer).find(({ description }) => description === optionsSymbol);
  const options = symbol === undefined ? undefined : (producer as Record<symbol, Configured | undefined>)[symbol];
  const { registry, serializers } = options ?? {};
  if (registry === undefined || registry === null) return serializers ?? {};
  // What cannot be asked writes no text that we know of.
  return guard('reading the serializers of a registry', () => registry.getSerializers()) ?? { headerKey: unknown, headerValue: unknown };
}

function unknown(): undefined {
  return undefined;
}

/** Which form of a text comes out of `serialize` as the text's bytes; without a serializer the client writes bytes only. */
function encodingFor(serialize: Serialize | undefined): Encode | undefined {
  if (serialize === undefined) return asBytes;
  return [asText, asBytes].find(
    (encode) => guard('trying a header serializer', () => isBytesOf('tracelink', serialize(encode('tracelink')))) === true,
  );
}

function isBytesOf(text: string, bytes: unknown): boolean {
  return bytes instanceof Uint8Array && Buffer.from(bytes).toString('latin1') === text;
}

function asText(text: string): string {
  return text;
}

function asBytes(text: string): Buffer {
  return Buffer.from(text);
}
