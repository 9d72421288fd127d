import { expect } from 'chai';
import fc from 'fast-check';
import { CorruptRecordsError } from '../../src/records/batch-header.ts';
import { lz4Decompress } from '../../src/records/lz4-decompress.ts';
import { arbitraryElements, type Element, expand } from './lz77-elements.ts';

const LIMIT = 1e6;

interface FrameOptions {
  readonly blockChecksum: boolean;
  readonly contentSize: boolean;
  readonly contentChecksum: boolean;
}

const plain: FrameOptions = { blockChecksum: false, contentSize: false, contentChecksum: false };

/** A frame of blocks: a block given as elements is compressed, one given as bytes is stored. */
function frame(blocks: readonly (Element[] | Buffer)[], { blockChecksum, contentSize, contentChecksum }: FrameOptions = plain): Buffer {
  const flag = 0x40 | (blockChecksum ? 0x10 : 0) | (contentSize ? 8 : 0) | (contentChecksum ? 4 : 0);
  const parts: Buffer[] = [Buffer.from('04224d18', 'hex'), Buffer.of(flag, 0x40), Buffer.alloc(contentSize ? 8 : 0, 1), Buffer.of(0xcc)];
  for (const block of blocks) {
    const bytes = Buffer.isBuffer(block) ? block : encodeBlock(block);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(Buffer.isBuffer(block) ? bytes.length + 0x80000000 : bytes.length);
    parts.push(size, bytes, Buffer.alloc(blockChecksum ? 4 : 0, 2));
  }
  return Buffer.concat([...parts, Buffer.alloc(4), Buffer.alloc(contentChecksum ? 4 : 0, 3)]);
}

/** Each pair of literals and copy is a sequence; the last sequence of a block has literals only. */
function encodeBlock(elements: readonly Element[]): Buffer {
  const parts: Buffer[] = [];
  let pending: Buffer = Buffer.alloc(0);
  for (const element of elements) {
    if ('literals' in element) pending = element.literals;
    else {
      parts.push(sequence(pending, element));
      pending = Buffer.alloc(0);
    }
  }
  return Buffer.concat([...parts, sequence(pending)]);
}

function sequence(literals: Buffer, copy?: { readonly distance: number; readonly length: number }): Buffer {
  const match = copy === undefined ? 0 : copy.length - 4;
  const token = Buffer.of((Math.min(literals.length, 15) << 4) | Math.min(match, 15));
  const offset = copy === undefined ? Buffer.alloc(0) : Buffer.of(copy.distance & 255, copy.distance >> 8);
  return Buffer.concat([token, more(literals.length), literals, offset, more(match)]);
}

function more(length: number): Buffer {
  if (length < 15) return Buffer.alloc(0);
  const rest = length - 15;
  return Buffer.concat([Buffer.alloc(Math.floor(rest / 255), 255), Buffer.of(rest % 255)]);
}

const options = fc.record({ blockChecksum: fc.boolean(), contentSize: fc.boolean(), contentChecksum: fc.boolean() });

describe('lz4Decompress', () => {
  it('decompresses frames with any optional parts, and compressed and stored blocks', () => {
    const block = fc.oneof(
      arbitraryElements,
      fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(fc.array(block, { maxLength: 4 }), options, (blocks, parts) => {
        const expected = blocks.map((elements) => (Buffer.isBuffer(elements) ? elements : expand(elements)));
        expect(lz4Decompress(frame(blocks, parts), LIMIT)).to.deep.equal(Buffer.concat(expected));
      }),
    );
  });

  it('follows a copy into an earlier block', () => {
    const first = Buffer.from('tracelink ');
    expect(lz4Decompress(frame([first, [{ literals: Buffer.from('-') }, { distance: 11, length: 9 }]]), LIMIT).toString()).to.equal(
      'tracelink -tracelink',
    );
  });

  it('rejects what no encoder writes', () => {
    const good = frame([Buffer.from('a')]);
    const changed = (at: number, byte: number): Buffer => Buffer.from(good.map((old, i) => (i === at ? byte : old)));
    const wrong: Record<string, [Buffer, string]> = {
      'another magic number': [changed(0, 5), 'begins with 184d2204, not with 184d2205'],
      'another version': [changed(4, 0x80), 'Unknown version'],
      'a dictionary': [changed(4, 0x41), 'dictionary'],
      'bytes behind the frame': [Buffer.concat([good, good]), `${good.length} bytes follow the LZ4 frame`],
      'a block of more bytes than there are': [changed(7, 99), '99 bytes are announced'],
      'a frame without an end': [good.subarray(0, -4), '4 bytes are announced'],
      'a copy from before the start': [frame([[{ literals: Buffer.from('a') }, { distance: 2, length: 4 }]]), 'A copy from 2 bytes back'],
      'nothing at all': [Buffer.alloc(0), '4 bytes are announced'],
    };
    for (const [what, [bytes, message]] of Object.entries(wrong)) {
      expect(() => lz4Decompress(bytes, LIMIT), what).to.throw(CorruptRecordsError, message);
    }
  });

  it('stops at the limit, however small the input is', () => {
    const bomb = frame([[{ literals: Buffer.from('a') }, { distance: 1, length: 100_000_000 }]]);
    expect(bomb.length).to.be.below(400_000);
    expect(() => lz4Decompress(bomb, LIMIT)).to.throw(CorruptRecordsError, 'More than 1000000 bytes');
    expect(lz4Decompress(frame([[{ literals: Buffer.from('a') }, { distance: 1, length: 999_999 }]]), LIMIT)).to.have.length(LIMIT);
  });
});
