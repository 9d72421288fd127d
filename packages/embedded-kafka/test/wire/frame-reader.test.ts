import { expect } from 'chai';
import fc from 'fast-check';
import { FrameReader } from '../../src/wire/frame-reader.ts';
import { thrownBy } from './thrown-by.ts';

function sized(body: Uint8Array): Buffer {
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  return Buffer.concat([size, body]);
}

function sizeOnly(size: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(size);
  return bytes;
}

function hexOf(reader: FrameReader, chunks: readonly Buffer[]): string[] {
  return chunks.flatMap((chunk) => [...reader.push(chunk)].map((frame) => frame.toString('hex')));
}

describe('FrameReader', () => {
  it('yields the frames that were sent, wherever the chunks end', () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(bodies, fc.infiniteStream(fc.integer({ min: 0, max: 30 })), (sent, lengths) => {
        let stream = Buffer.concat(sent.map((body) => sized(body)));
        const chunks: Buffer[] = [];
        while (stream.length > 0) {
          const length = lengths.next().value ?? 1;
          chunks.push(Buffer.from(stream.subarray(0, length)));
          stream = stream.subarray(length);
        }
        expect(hexOf(new FrameReader(), chunks)).to.deep.equal(sent.map((body) => Buffer.from(body).toString('hex')));
      }),
      { numRuns: 500 },
    );
  });

  it('yields a view of the chunk for a frame within it, and a copy otherwise', () => {
    const reader = new FrameReader();
    const chunk = Buffer.concat([sized(Buffer.from('whole')), sized(Buffer.from('parted')).subarray(0, 6)]);
    const [whole] = [...reader.push(chunk)];
    const [parted] = [...reader.push(Buffer.from('rted'))];
    chunk.fill('x');
    expect([whole?.toString(), parted?.toString()]).to.deep.equal(['xxxxx', 'parted']);
  });

  it('yields an empty frame as soon as its size is read', () => {
    expect([...new FrameReader().push(sizeOnly(0))].map((frame) => frame.length)).to.deep.equal([0]);
  });

  it('accepts a frame of exactly the maximum size, also in many chunks', () => {
    const reader = new FrameReader({ maxFrameSize: 300_000 });
    const body = Buffer.alloc(300_000, 'abc');
    const sent = sized(body);
    const frames = Array.from({ length: 61 }, (_, index) => sent.subarray(index * 5000, (index + 1) * 5000)).flatMap((chunk) => [
      ...reader.push(chunk),
    ]);
    expect(frames).to.have.length(1);
    expect(frames[0]?.equals(body)).to.equal(true);
  });

  it('rejects a longer frame and one of negative size, after all frames before it', () => {
    for (const size of [301, 0x7fffffff, -1, -0x80000000]) {
      const frames: string[] = [];
      const reader = new FrameReader({ maxFrameSize: 300 });
      const error = thrownBy(() => {
        for (const frame of reader.push(Buffer.concat([sized(Buffer.from('good')), sizeOnly(size)]))) frames.push(frame.toString());
      });
      expect(error).to.include({ code: 'invalid_frame_size', message: `a frame of ${size} bytes, but the maximum is 300` });
      expect(frames).to.deep.equal(['good']);
    }
  });

  it('limits frames to 100 MiB by default, as socket.request.max.bytes does', () => {
    const limit = 100 * 2 ** 20;
    expect([...new FrameReader().push(sizeOnly(limit))]).to.deep.equal([]);
    expect(thrownBy(() => [...new FrameReader().push(sizeOnly(limit + 1))]).code).to.equal('invalid_frame_size');
  });

  it('says when the client speaks TLS or HTTP', () => {
    const saidOf = (start: Buffer): string => thrownBy(() => [...new FrameReader().push(start)]).message;
    expect(saidOf(Buffer.from('160301020001', 'hex'))).to.match(/this is how TLS begins$/);
    for (const start of ['GET / HTTP/1.1', 'POST /', 'PUT /', 'HEAD /', 'OPTIONS *'])
      expect(saidOf(Buffer.from(start))).to.match(/this is how HTTP begins$/);
    expect(saidOf(Buffer.from('nothing'))).to.match(/but the maximum is 104857600$/);
  });

  it('reserves little memory for a large size without data', () => {
    const before = process.memoryUsage().arrayBuffers;
    const readers = Array.from({ length: 1000 }, () => {
      const reader = new FrameReader();
      expect([...reader.push(Buffer.concat([sizeOnly(100 * 2 ** 20), Buffer.from('x')]))]).to.deep.equal([]);
      return reader;
    });
    const perReader = (process.memoryUsage().arrayBuffers - before) / readers.length;
    expect(perReader).to.be.lessThan(70_000);
  });

  it('holds no more than about twice the received bytes of a large frame', () => {
    const reader = new FrameReader();
    const chunk = Buffer.alloc(2 ** 20);
    const before = process.memoryUsage().arrayBuffers;
    expect([...reader.push(sizeOnly(100 * 2 ** 20))]).to.deep.equal([]);
    for (let sent = 0; sent < 8; sent += 1) expect([...reader.push(chunk)]).to.deep.equal([]);
    // Outgrown buffers may not be collected yet: 2, 6 and 14 MiB were allocated in turn.
    expect(process.memoryUsage().arrayBuffers - before).to.be.lessThan(24 * 2 ** 20);
  });
});
