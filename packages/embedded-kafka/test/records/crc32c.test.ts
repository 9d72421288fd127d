import { expect } from 'chai';
import fc from 'fast-check';
import { crc32c } from '../../src/records/crc32c.ts';

/** The definition of the checksum, bit by bit. */
function bitByBit(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

describe('crc32c', () => {
  it('returns the check values of its definition (RFC 3720, B.4)', () => {
    expect(crc32c(Buffer.from('123456789'))).to.equal(0xe3069283);
    expect(crc32c(Buffer.alloc(32))).to.equal(0x8a9136aa);
    expect(crc32c(Buffer.alloc(32, 0xff))).to.equal(0x62a8ab43);
    expect(crc32c(Buffer.alloc(0))).to.equal(0);
  });

  it('matches the definition for every length and alignment', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(7), (bytes, at) => {
        const view = bytes.subarray(at);
        expect(crc32c(view)).to.equal(bitByBit(view));
      }),
    );
  });
});
