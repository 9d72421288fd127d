import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { apiNames, apiOf } from '../../src/wire/apis/apis.ts';
import { FrameReader } from '../../src/wire/frame-reader.ts';
import { decodeRequest } from '../../src/wire/requests.ts';
import { decodeResponse } from '../../src/wire/responses.ts';
import { WireError } from '../../src/wire/bytes/wire-error.ts';
import { everySample, versionsOf, type Sample } from './samples.ts';
import { encodeSample } from './sample-codec.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Numbers from 0 up to `below`, the same in every run of a seed (xorshift). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/**
 * The memory that a decoder could hold: objects and the bytes of buffers. The rest of `external` belongs to the engine
 * and varies.
 */
function memoryInUse(): number {
  // Twice: the engine frees the bytes of dead buffers in the background, and the second collection waits for that.
  collectGarbage();
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** The number of values in a message; its bytes are views of the frame. */
function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return 1;
  return Object.values(value).reduce<number>((sum, inner) => sum + countOf(inner), 1);
}

/** Decodes `frame` and counts the result; an error that is not the codec's ends the test. */
function read(decode: () => unknown, frame: Buffer, outcomes: Map<string, number>): void {
  let outcome = 'message';
  try {
    // No struct of the table has more than 20 fields, and no array element takes less than a byte.
    expect(countOf(decode())).to.be.lessThan(40 + 20 * frame.length);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    outcome = error.code;
  }
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
}

const count = 100_000;

/** In bytes: what the engine may keep after so many errors. A leaked frame takes 60 or more each time. */
const mostLeftOver = count * 30;

describe('decoding garbage', () => {
  const next = random(0x7ac31);
  const requests = everySample().filter(({ direction }) => direction === 'request');
  const versions = apiNames.flatMap((api) => versionsOf(api).map((version) => ({ key: apiOf(api).key, version })));

  function randomBytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => (next(4) === 0 ? next(256) : next(4))));
  }

  /** Random bytes, most of them after the header of an existing request. */
  function randomFrame(): Buffer {
    const frame = randomBytes(next(120));
    const { key, version } = versions[next(versions.length)] ?? { key: 0, version: 0 };
    if (frame.length >= 10 && next(10) > 0) {
      frame.writeInt16BE(key, 0);
      frame.writeInt16BE(version, 2);
      frame.writeInt16BE(-1, 8);
    }
    return frame;
  }

  /** A valid frame with some bytes changed, removed, inserted or repeated. */
  function mutated(sample: Sample): Buffer {
    let frame = Buffer.from(encodeSample(sample));
    for (let changes = 1 + next(4); changes > 0; changes -= 1) {
      const at = next(frame.length + 1);
      const length = next(8);
      const kind = next(5);
      if (kind === 0) frame = Buffer.concat([frame.subarray(0, at), frame.subarray(at + length)]);
      else if (kind === 1) frame = Buffer.concat([frame.subarray(0, at), randomBytes(length), frame.subarray(at)]);
      else if (kind === 2) frame = Buffer.concat([frame.subarray(0, at), frame.subarray(Math.max(0, at - length))]);
      else if (kind === 3) frame.subarray(at, at + length).fill([0x00, 0x7f, 0x80, 0xff][next(4)] ?? 0);
      else if (at < frame.length) frame[at] = next(256);
    }
    return frame;
  }

  it('ends in a WireError or a message of its size, and leaks no memory, for random requests', () => {
    const outcomes = new Map<string, number>();
    const run = (frames: number): void => {
      for (let done = 0; done < frames; done += 1) {
        const frame = randomFrame();
        read(() => decodeRequest(frame), frame, outcomes);
      }
    };
    run(count / 4);
    const before = memoryInUse();
    run(count);
    expect(memoryInUse() - before).to.be.lessThan(mostLeftOver);
    expect([...outcomes.keys()]).to.include.members(['message', 'malformed', 'unsupported_api', 'unsupported_version']);
    // Most must reach the body, or this test would be one of headers.
    expect(outcomes.get('malformed')).to.be.greaterThan(count / 2);
  });

  it('ends in a WireError or a message of its size, and leaks no memory, for modified requests', () => {
    const outcomes = new Map<string, number>();
    const run = (frames: number): void => {
      for (let done = 0; done < frames; done += 1) {
        const sample = requests[next(requests.length)];
        const frame = sample === undefined ? Buffer.alloc(0) : mutated(sample);
        read(() => decodeRequest(frame), frame, outcomes);
      }
    };
    run(count / 4);
    const before = memoryInUse();
    run(count);
    expect(memoryInUse() - before).to.be.lessThan(mostLeftOver);
    expect(outcomes.get('malformed')).to.be.greaterThan(count / 10);
    expect(outcomes.get('message')).to.be.greaterThan(count / 10);
  });

  it('ends in a WireError or a message of its size for modified responses', () => {
    const outcomes = new Map<string, number>();
    const responses = everySample().filter(({ direction }) => direction === 'response');
    for (let done = 0; done < count / 4; done += 1) {
      const sample = responses[next(responses.length)];
      if (sample === undefined) continue;
      const frame = mutated(sample);
      read(() => decodeResponse(sample.api, sample.version, frame), frame, outcomes);
    }
    expect([...outcomes.keys()]).to.have.members(['message', 'malformed']);
  });

  it('makes a frame reader throw a WireError or wait for the rest', () => {
    let stopped = 0;
    for (let done = 0; done < count / 10; done += 1) {
      const reader = new FrameReader({ maxFrameSize: 2 ** 24 });
      try {
        for (let chunks = next(6); chunks >= 0; chunks -= 1) {
          for (const frame of reader.push(randomBytes(next(40)))) expect(frame.length).to.be.lessThan(240);
        }
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        expect(error.code).to.equal('invalid_frame_size');
        stopped += 1;
      }
    }
    expect(stopped).to.be.greaterThan(count / 100);
  });
});
