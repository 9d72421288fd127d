import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { expect } from 'chai';
import fc from 'fast-check';
import { decodeProtobuf } from '../../src/otlp/decode-protobuf.ts';
import { parseSpans } from '../../src/otlp/parse-spans.ts';
import { requests } from '../../src/otlp/protobuf-messages.ts';
import { readPlainSpans } from '../../src/otlp/read-plain-spans.ts';
import { anySpans } from '../support/any-spans.ts';

const encoded = anySpans.map((spans) => Buffer.from(ProtobufTraceSerializer.serializeRequest(spans) as Uint8Array));

/** The general way to the same spans; it throws what is malformed as a whole. */
const general = (bytes: Uint8Array): ReturnType<typeof parseSpans> => parseSpans(decodeProtobuf(requests.traces, bytes));

/** Whatever the bytes are: what is read is what the general way reads, which rejects nothing of it. */
function expectTheSame(bytes: Buffer): boolean {
  const groups = readPlainSpans(bytes);
  if (groups === undefined) return false;
  const { groups: expected, rejections } = general(bytes);
  expect(groups).to.deep.equal(expected);
  expect(rejections.partialSuccess).to.equal(undefined);
  return true;
}

/** A field of any number and wire type: known ones, later ones, known ones of another type. */
const fields = fc
  .record({ number: fc.oneof(fc.integer({ min: 1, max: 17 }), fc.integer({ min: 1, max: 5_000 })), type: fc.constantFrom(0, 1, 2, 5) })
  .chain(({ number, type }) =>
    fc.uint8Array({ maxLength: 12 }).map((bytes) => {
      const writer = new BinaryWriter().tag(number, type);
      if (type === WireType.Varint) return writer.uint64(BigInt(`0x0${Buffer.from(bytes.subarray(0, 7)).toString('hex')}`)).finish();
      if (type === WireType.LengthDelimited) return writer.bytes(bytes).finish();
      return Buffer.concat([writer.finish(), new Uint8Array(type === WireType.Bit64 ? 8 : 4).map((_, index) => bytes[index] ?? 0)]);
    }),
  );

/** A request with one span that has `parts` beside its ids, as they are. */
function requestWith(parts: readonly Uint8Array[]): Buffer {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.LengthDelimited).fork().tag(2, WireType.LengthDelimited).fork();
  const ids = new BinaryWriter();
  ids.tag(1, WireType.LengthDelimited).bytes(new Uint8Array(16).fill(1)).tag(2, WireType.LengthDelimited).bytes(new Uint8Array(8).fill(2));
  writer.tag(2, WireType.LengthDelimited).bytes(Buffer.concat([ids.finish(), ...parts]));
  return Buffer.from(writer.join().join().finish());
}

/** An attribute whose value `write` writes. */
function attribute(key: string, write: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(9, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string(key).tag(2, WireType.LengthDelimited).fork();
  write(writer);
  return writer.join().join().finish();
}

const int64s = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.nat({ max: 63 }).chain((bits) => fc.constantFrom(2n ** BigInt(bits) - 1n, -(2n ** BigInt(bits)))),
);
const values = fc.oneof(
  int64s.map((value) => (writer: BinaryWriter) => void writer.tag(3, WireType.Varint).int64(value)),
  fc.double().map((value) => (writer: BinaryWriter) => void writer.tag(4, WireType.Bit64).double(value)),
  fc.boolean().map((value) => (writer: BinaryWriter) => void writer.tag(2, WireType.Varint).bool(value)),
  fc.uint8Array().map((value) => (writer: BinaryWriter) => void writer.tag(7, WireType.LengthDelimited).bytes(value)),
  // Text of any bytes, whether they are UTF-8 or not.
  fc.uint8Array().map((value) => (writer: BinaryWriter) => void writer.tag(1, WireType.LengthDelimited).bytes(value)),
  fc.constant((_: BinaryWriter) => {}),
);

describe('readPlainSpans', () => {
  it('reads all that OpenTelemetry’s own encoder writes, as the general way does', () => {
    fc.assert(
      fc.property(encoded, (bytes) => {
        expect(expectTheSame(bytes)).to.equal(true);
      }),
    );
  });

  it('reads any values and times as the general way does', () => {
    const attributes = fc.tuple(fc.oneof(fc.constant('__proto__'), fc.string()), values).map(([key, write]) => attribute(key, write));
    const times = fc
      .tuple(fc.constantFrom(7, 8), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))
      .map(([field, nanoseconds]) => new BinaryWriter().tag(field, WireType.Bit64).fixed64(nanoseconds).finish());
    fc.assert(
      fc.property(fc.array(fc.oneof(attributes, times), { maxLength: 8 }), (parts) => {
        expect(expectTheSame(requestWith(parts))).to.equal(true);
      }),
    );
  });

  it('reads nothing that the general way reads otherwise, whatever fields a span has', () => {
    let read = 0;
    fc.assert(fc.property(fc.array(fields, { maxLength: 6 }), (parts) => void (read += Number(expectTheSame(requestWith(parts))))));
    expect(read).to.be.greaterThan(10);
  });

  it('reads nothing that the general way reads otherwise, where a request is bent or cut', () => {
    fc.assert(
      fc.property(encoded, fc.nat(), fc.nat(255), (bytes, at, byte) => {
        if (bytes.length === 0) return;
        const bent = Buffer.from(bytes);
        bent[at % bytes.length] = byte;
        expectTheSame(bent);
        expectTheSame(bytes.subarray(0, at % bytes.length));
      }),
      { numRuns: 300 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void expectTheSame(Buffer.from(bytes))));
  });

  it('leaves a request with a span that has no id, or one of zeros, to the general way, which leaves that span out', () => {
    const id = (field: number, bytes: Uint8Array): Uint8Array =>
      new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(bytes).finish();
    for (const part of [id(1, new Uint8Array(16)), id(2, new Uint8Array(8)), id(2, new Uint8Array(7).fill(1)), id(1, new Uint8Array())]) {
      expect(readPlainSpans(requestWith([part]))).to.equal(undefined);
      expect(general(requestWith([part])).rejections.partialSuccess?.rejected).to.equal(1);
    }
  });

  it('takes a parent of no bytes, or of zeros, for none', () => {
    const parent = (bytes: Uint8Array): Uint8Array => new BinaryWriter().tag(4, WireType.LengthDelimited).bytes(bytes).finish();
    for (const bytes of [new Uint8Array(), new Uint8Array(8)]) {
      const [group] = readPlainSpans(requestWith([parent(bytes)])) ?? [];
      expect(group?.spans[0]).to.not.have.property('parentSpanId');
      expectTheSame(requestWith([parent(bytes)]));
    }
  });

  it('leaves more messages than a request may hold to the general way, which refuses them', () => {
    const many = Buffer.alloc(2_000_010).map((_, index) => (index % 2 === 0 ? 10 : 0));
    expect(readPlainSpans(Buffer.from(many))).to.equal(undefined);
  });
});
