import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect } from 'chai';
import { CorruptRecordsError } from '../../src/records/batch-header.ts';
import { decompress } from '../../src/records/decode-batch.ts';

describe('decompress', () => {
  it('returns uncompressed bytes without a copy', () => {
    const bytes = Buffer.from('a');
    expect(decompress('none', bytes)).to.equal(bytes);
  });

  it('rejects records that would expand to more than 100 MiB', () => {
    const large = Buffer.alloc(100 * 1024 * 1024 + 1);
    expect(() => decompress('gzip', gzipSync(large, { level: 1 }))).to.throw(CorruptRecordsError, 'by gzip');
    expect(() => decompress('zstd', zstdCompressSync(large))).to.throw(CorruptRecordsError, 'by zstd');
    // Snappy starts with the decompressed size.
    expect(() => decompress('snappy', Buffer.of(0x81, 0x80, 0x80, 0x32, 0))).to.throw(CorruptRecordsError, 'More than 104857600 bytes');
  });

  it('names the codec in the error and keeps the cause', () => {
    for (const codec of ['gzip', 'snappy', 'lz4', 'zstd'] as const) {
      expect(() => decompress(codec, Buffer.from('nonsense')))
        .to.throw(CorruptRecordsError, `cannot be decompressed by ${codec}: `)
        .with.property('cause')
        .that.is.instanceOf(Error);
    }
  });
});
