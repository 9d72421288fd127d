import { expect } from 'chai';
import fc from 'fast-check';
import { CorruptRecordsError } from '../../src/records/batch-header.ts';
import { snappyDecompress } from '../../src/records/snappy-decompress.ts';
import { arbitraryElements, type Element, expand } from './lz77-elements.ts';

const LIMIT = 1e6;

/** Encodes elements as the format describes them; `form` picks one of the forms that fit. */
function encodeBlock(elements: readonly Element[], form: number): Buffer {
  const parts = elements.flatMap((element) => ('literals' in element ? literals(element.literals, form) : copy(element, form)));
  return Buffer.concat([unsignedVarint(expand(elements).length), ...parts]);
}

function literals(bytes: Buffer, form: number): Buffer[] {
  const forms = bytes.length <= 60 ? [0, 1, 2, 3, 4] : bytes.length <= 256 ? [1, 2, 3, 4] : [2, 3, 4];
  const width = forms[form % forms.length]!;
  if (width === 0) return [Buffer.of((bytes.length - 1) << 2), bytes];
  const length = Buffer.alloc(width);
  length.writeUIntLE(bytes.length - 1, 0, width);
  return [Buffer.of((59 + width) << 2), length, bytes];
}

function copy({ distance, length }: { readonly distance: number; readonly length: number }, form: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let left = length; left > 0;) {
    const part = Math.min(left, 64);
    const forms = part >= 4 && part <= 11 && distance < 2_048 ? [1, 2, 4] : [2, 4];
    const width = forms[form % forms.length]!;
    if (width === 1) parts.push(Buffer.of(1 | ((part - 4) << 2) | ((distance >> 8) << 5), distance & 255));
    else {
      const offset = Buffer.alloc(width);
      offset.writeUIntLE(distance, 0, width);
      parts.push(Buffer.of((width === 2 ? 2 : 3) | ((part - 1) << 2)), offset);
    }
    left -= part;
  }
  return parts;
}

function unsignedVarint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 127) | 128);
  }
}

function javaFrame(blocks: readonly Buffer[]): Buffer {
  const header = Buffer.from('82534e41505059000000000100000001', 'hex');
  const sized = blocks.flatMap((block) => {
    const size = Buffer.alloc(4);
    size.writeInt32BE(block.length);
    return [size, block];
  });
  return Buffer.concat([header, ...sized]);
}

describe('snappyDecompress', () => {
  it('decompresses every form of element in a bare block', () => {
    fc.assert(
      fc.property(arbitraryElements, fc.nat(59), (elements, form) => {
        expect(snappyDecompress(encodeBlock(elements, form), LIMIT)).to.deep.equal(expand(elements));
      }),
    );
  });

  it('decompresses each block in the frame of snappy-java on its own', () => {
    fc.assert(
      fc.property(fc.array(arbitraryElements, { maxLength: 4 }), (blocks) => {
        const framed = javaFrame(blocks.map((elements) => encodeBlock(elements, 0)));
        expect(snappyDecompress(framed, LIMIT)).to.deep.equal(Buffer.concat(blocks.map(expand)));
      }),
    );
  });

  it('decompresses the example of the format description: a copy that overlaps its output', () => {
    // 7 bytes: the literals "xab", then a copy of 4 bytes from 2 bytes back.
    expect(snappyDecompress(Buffer.from('07087861620102', 'hex'), LIMIT).toString()).to.equal('xababab');
  });

  it('rejects what no encoder writes', () => {
    const frame = javaFrame([Buffer.of(1, 0, 0x61)]);
    const wrong: Record<string, [Buffer, string]> = {
      'a copy from before the block': [Buffer.of(5, 0, 0x61, 1, 2), 'A copy from 2 bytes back, after 1 bytes'],
      'a copy of nothing back': [Buffer.of(5, 0, 0x61, 1, 0), 'A copy from 0 bytes back'],
      'more than was announced': [Buffer.of(1, 4, 0x61, 0x62), 'More than 1 bytes'],
      'less than was announced': [Buffer.of(3, 0, 0x61), '3 bytes are announced, 1 came out'],
      'a block of more bytes than there are': [Buffer.concat([frame, Buffer.of(0, 0, 1, 0)]), '256 bytes are announced'],
      'a block of a negative length': [Buffer.concat([frame, Buffer.of(0xff, 0, 0, 0)]), 'bytes are announced'],
      'a frame that ends within its header': [frame.subarray(0, 12), '16 bytes are announced'],
      'an announcement beyond the limit': [Buffer.of(0xff, 0xff, 0xff, 0xff, 0x0f, 0), 'More than 1000000 bytes'],
    };
    for (const [what, [bytes, message]] of Object.entries(wrong)) {
      expect(() => snappyDecompress(bytes, LIMIT), what).to.throw(CorruptRecordsError, message);
    }
  });

  it('applies the limit to all blocks of a frame together', () => {
    const block = encodeBlock([{ literals: Buffer.alloc(50) }], 0);
    expect(snappyDecompress(javaFrame([block, block]), 100)).to.have.length(100);
    expect(() => snappyDecompress(javaFrame([block, block]), 99)).to.throw(CorruptRecordsError, 'More than 49 bytes');
  });
});
