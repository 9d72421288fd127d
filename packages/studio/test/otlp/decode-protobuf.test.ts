import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { expect } from 'chai';
import fc from 'fast-check';
import { decodeProtobuf } from '../../src/otlp/decode-protobuf.ts';
import { parseSpans } from '../../src/otlp/parse-spans.ts';
import { requests } from '../../src/otlp/protobuf-messages.ts';
import { anySpans } from '../support/any-spans.ts';
import { MalformedError } from '../../src/otlp/members.ts';

const parseBytes = (bytes: Uint8Array): ReturnType<typeof parseSpans> => parseSpans(decodeProtobuf(requests.traces, bytes));

/** A request with one span, whose fields `write` writes. */
function requestWith(write: (writer: BinaryWriter) => void): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.LengthDelimited).fork().tag(2, WireType.LengthDelimited).fork().tag(2, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.LengthDelimited).bytes(new Uint8Array(16).fill(1));
  writer.tag(2, WireType.LengthDelimited).bytes(new Uint8Array(8).fill(2));
  write(writer);
  return writer.join().join().join().finish();
}

/** A request with an attribute that is a list in a list, as often as that; each is two messages. */
function requestWithNested(lists: number): Uint8Array {
  let value: Uint8Array = new Uint8Array();
  for (let depth = 0; depth < lists; depth++) {
    const list = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(value).finish();
    value = new BinaryWriter().tag(5, WireType.LengthDelimited).bytes(list).finish();
  }
  return requestWith((writer) => writer.tag(9, WireType.LengthDelimited).fork().tag(2, WireType.LengthDelimited).bytes(value).join());
}

describe('decodeProtobuf', () => {
  it("reads of what OpenTelemetry's own encoder writes the same spans as of its JSON", () => {
    fc.assert(
      fc.property(anySpans, (spans) => {
        const bytes = ProtobufTraceSerializer.serializeRequest(spans) as Uint8Array;
        const json = JSON.parse(new TextDecoder().decode(JsonTraceSerializer.serializeRequest(spans))) as unknown;
        const parsed = parseBytes(bytes);
        expect(parsed).to.deep.equal(parseSpans(json));
        expect(parsed.groups.reduce((sum, group) => sum + group.spans.length, 0)).to.equal(spans.length);
      }),
    );
  });

  it('reads values that JSON has no number for, and whole numbers beyond a double', () => {
    const bytes = requestWith((writer) => {
      const attribute = (key: string, write: () => void): void => {
        writer.tag(9, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string(key);
        writer.tag(2, WireType.LengthDelimited).fork();
        write();
        writer.join().join();
      };
      attribute('nan', () => writer.tag(4, WireType.Bit64).double(Number.NaN));
      attribute('least', () => writer.tag(3, WireType.Varint).int64('-9223372036854775808'));
      attribute('bytes', () => writer.tag(7, WireType.LengthDelimited).bytes(new Uint8Array([1, 2, 255])));
      attribute('__proto__', () => writer.tag(2, WireType.Varint).bool(true));
      attribute('nothing', () => {});
    });
    const attributes = parseBytes(bytes).groups[0]?.spans[0]?.attributes ?? {};
    expect(Object.entries(attributes)).to.deep.equal([
      ['nan', 'NaN'],
      ['least', '-9223372036854775808'],
      ['bytes', 'AQL/'],
      ['__proto__', true],
      ['nothing', null],
    ]);
    expect(Object.getPrototypeOf(attributes)).to.equal(Object.prototype);
  });

  it('keeps 64 bits of nanoseconds, to the microsecond', () => {
    const bytes = requestWith((writer) =>
      writer.tag(7, WireType.Bit64).fixed64('1764331200123456789').tag(8, WireType.Bit64).fixed64('18446744073709551615'),
    );
    const span = parseBytes(bytes).groups[0]?.spans[0];
    expect(span?.startUs).to.equal(1_764_331_200_123_456);
    expect(span?.durationUs).to.equal(Number(18_446_744_073_709_551n - 1_764_331_200_123_456n));
  });

  it('skips fields that it does not know, of every wire type, and known ones of another wire type', () => {
    const bytes = requestWith((writer) => {
      writer.tag(900, WireType.Varint).uint64('18446744073709551615').tag(901, WireType.Bit64).double(1).tag(902, WireType.Bit32).float(1);
      writer.tag(903, WireType.LengthDelimited).string('later version');
      writer.tag(904, WireType.StartGroup).tag(1, WireType.Varint).uint32(1).tag(904, WireType.EndGroup);
      writer.tag(5, WireType.Varint).uint32(7);
    });
    const span = parseBytes(bytes).groups[0]?.spans[0];
    expect(span).to.include({ traceId: '01'.repeat(16), spanId: '02'.repeat(8), name: '' });
  });

  it('reports a truncated request as malformed, or reads a part of it', () => {
    const whole = requestWith((writer) => writer.tag(5, WireType.LengthDelimited).string('GET /orders'));
    expect(parseBytes(whole).groups[0]?.spans[0]?.name).to.equal('GET /orders');
    for (let length = 1; length < whole.length; length++) {
      expect(() => decodeProtobuf(requests.traces, whole.subarray(0, length)), String(length)).to.throw(MalformedError);
    }
  });

  it('rejects a message or field that extends beyond the message around it', () => {
    const text = [0x0a, 0x02, 0x08, 0x01];
    // Resource spans of two bytes, in which scope spans of four begin.
    expect(() => decodeProtobuf(requests.traces, new Uint8Array([0x0a, 0x02, 0x12, 0x04, ...text]))).to.throw(MalformedError);
    // The same, where it is a field that is skipped.
    expect(() => decodeProtobuf(requests.traces, new Uint8Array([0x0a, 0x02, 0x7a, 0x04, ...text]))).to.throw(MalformedError);
    expect(decodeProtobuf(requests.traces, new Uint8Array([0x0a, 0x06, 0x7a, 0x04, ...text]))).to.deep.equal({ resourceSpans: [{}] });
  });

  it('throws nothing but MalformedError, whatever the bytes are', () => {
    const orMalformed = (bytes: Uint8Array): void => {
      try {
        parseBytes(bytes);
      } catch (error) {
        expect(error).to.be.instanceOf(MalformedError);
      }
    };
    const valid = requestWith((writer) => writer.tag(5, WireType.LengthDelimited).string('GET /orders').tag(6, WireType.Varint).int32(2));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), orMalformed));
    fc.assert(
      fc.property(fc.nat(valid.length - 1), fc.nat(255), (at, byte) => {
        const bent = valid.slice();
        bent[at] = byte;
        orMalformed(bent);
      }),
    );
  });

  it('rejects messages that are nested too deep or too many', () => {
    // Within what is decoded, but beyond what a value may be: the span alone is left out.
    expect(parseBytes(requestWithNested(200)).rejections.partialSuccess).to.deep.equal({
      rejected: 1,
      message: '"value" is not what OTLP has there',
    });
    expect(() => decodeProtobuf(requests.traces, requestWithNested(300))).to.throw(MalformedError, 'more than 500 deep');
    const many = new Uint8Array(2_000_010).map((_, index) => (index % 2 === 0 ? 10 : 0));
    expect(() => decodeProtobuf(requests.traces, many)).to.throw(MalformedError, 'more than 1000000 messages');
  });
});
