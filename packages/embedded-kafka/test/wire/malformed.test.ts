import { expect } from 'chai';
import { decodeRequest } from '../../src/wire/requests.ts';
import { decodeResponse } from '../../src/wire/responses.ts';
import { everySample } from './samples.ts';
import { decodeSample, encodeSample } from './sample-codec.ts';
import { thrownBy } from './thrown-by.ts';

/** The frame of a request: key, version, correlation id 7, no client id, then the hex bytes of the caller. */
function frame(apiKey: number, version: number, rest: string): Buffer {
  const start = Buffer.alloc(10);
  start.writeInt16BE(apiKey, 0);
  start.writeInt16BE(version, 2);
  start.writeInt32BE(7, 4);
  start.writeInt16BE(-1, 8);
  return Buffer.concat([start, Buffer.from(rest.replaceAll(' ', ''), 'hex')]);
}

function problem(apiKey: number, version: number, rest: string): string {
  const { code, message, request } = thrownBy(() => decodeRequest(frame(apiKey, version, rest)));
  expect(code).to.equal('malformed');
  expect(request).to.deep.equal({ apiKey, version, correlationId: 7 });
  return message;
}

describe('an invalid request', () => {
  it('is malformed when it ends inside its header', () => {
    for (const length of [0, 1, 7]) {
      const error = thrownBy(() => decodeRequest(Buffer.alloc(length)));
      expect(error).to.include({ code: 'malformed', request: undefined });
    }
    const error = thrownBy(() => decodeRequest(frame(12, 0, '').subarray(0, 9)));
    expect(error.message).to.equal('Heartbeat request v0: header: 2 bytes needed, 1 left');
    expect(error.request).to.deep.equal({ apiKey: 12, version: 0, correlationId: 7 });
  });

  it('is of an unsupported API when its key is not in the table', () => {
    for (const apiKey of [-1, 4, 71, 75, 0x7fff]) {
      const error = thrownBy(() => decodeRequest(frame(apiKey, 0, '')));
      expect(error.code).to.equal('unsupported_api');
      expect(error.request).to.deep.equal({ apiKey, version: 0, correlationId: 7 });
    }
  });

  it('is of an unsupported version outside the table, with what a response to ApiVersions needs (KIP-511)', () => {
    for (const version of [-1, 5, 0x7fff]) {
      const error = thrownBy(() => decodeRequest(frame(18, version, 'ff')));
      expect(error.code).to.equal('unsupported_version');
      expect(error.request).to.deep.equal({ apiKey: 18, version, correlationId: 7 });
    }
  });

  it('is unsupported in the Produce versions that are advertised for librdkafka only', () => {
    for (const version of [0, 1, 2]) {
      expect(thrownBy(() => decodeRequest(frame(0, version, ''))).message).to.equal(`Produce v${version}: this broker has v3 to v11`);
    }
  });

  it('is malformed when a length exceeds the bytes that are left', () => {
    // Metadata v1: the count of topics; v9: the same, compact. DescribeGroups: strings. SaslAuthenticate: bytes.
    expect(problem(3, 1, '7fffffff 0001 61')).to.equal('Metadata request v1: topics: a length of 2147483647, with 3 bytes left');
    expect(problem(3, 9, '00 ffffffff0f 02 61 00')).to.equal('Metadata request v9: topics: a length of 4294967294, with 3 bytes left');
    expect(problem(15, 0, '00000001 7fff 61')).to.equal('DescribeGroups request v0: groups: 32767 bytes needed, 1 left');
    expect(problem(36, 0, '7fffffff')).to.equal('SaslAuthenticate request v0: authBytes: 2147483647 bytes needed, 0 left');
  });

  it('is malformed when a field is null that is not nullable', () => {
    expect(problem(12, 0, 'ffff')).to.equal('Heartbeat request v0: groupId: null, which this version does not allow');
    expect(problem(42, 0, 'ffffffff')).to.equal('DeleteGroups request v0: groupsNames: null, which this version does not allow');
    expect(problem(3, 0, '80000000')).to.equal('Metadata request v0: topics: null, which this version does not allow');
    expect(problem(36, 2, '00 00')).to.equal('SaslAuthenticate request v2: authBytes: null, which this version does not allow');
  });

  it('is malformed when a number is beyond 2^53', () => {
    const offset = (hex: string): string => `00000001 0001 61 00000001 00000000 ${hex}`;
    const where = 'DeleteRecords request v0: topics.partitions.offset';
    for (const hex of ['0020000000000000', 'ffdfffffffffffff', '7fffffffffffffff', '8000000000000000']) {
      expect(problem(21, 0, offset(hex))).to.equal(`${where}: an int64 beyond 2^53 - 1`);
    }
    for (const [hex, value] of [
      ['001fffffffffffff', Number.MAX_SAFE_INTEGER],
      ['ffe0000000000001', Number.MIN_SAFE_INTEGER],
    ] as const) {
      const request = decodeRequest(frame(21, 0, `${offset(hex)} 00000000`));
      expect(request.api === 'DeleteRecords' && request.body.topics[0]?.partitions[0]?.offset).to.equal(value);
    }
  });

  it('is malformed when a varint has more than 32 bits', () => {
    for (const varint of ['ffffffff10', 'ffffffffff01', '808080808000']) {
      expect(problem(3, 9, `00 ${varint}`)).to.equal('Metadata request v9: topics: a varint of more than 32 bits');
    }
  });

  it('is malformed when a compact string is longer than the maximum', () => {
    const text = `8180 02 ${'61'.repeat(0x8000)}`;
    expect(problem(12, 4, `00 ${text}`)).to.equal('Heartbeat request v4: groupId: a string of 32768 bytes, more than 32767');
  });

  it('is malformed when the size of a tagged field is wrong', () => {
    // Fetch v12: tag 0 of the request is the cluster id, here a string of one letter in two bytes.
    const fixed = `00 ${'ffffffff'.repeat(4)} 00 00000000 ffffffff 01 01 01`;
    const withTag = (tag: string): string => `${fixed} 01 00 ${tag}`;
    const read = decodeRequest(frame(1, 12, withTag('02 02 61')));
    expect(read.api === 'Fetch' && read.body.clusterId).to.equal('a');
    expect(problem(1, 12, withTag('03 02 61 61'))).to.equal('Fetch request v12: clusterId: 1 bytes too many');
    expect(problem(1, 12, withTag('01 02 61'))).to.equal('Fetch request v12: clusterId: 1 bytes needed, 0 left');
    expect(problem(1, 12, withTag('7f 02 61'))).to.equal('Fetch request v12: clusterId: 127 bytes needed, 2 left');
    expect(problem(1, 12, `${fixed} ffffffff0f`)).to.equal('Fetch request v12: 1 bytes needed, 0 left');
  });

  it('is not one with unknown tags in its header, body or structs, which are skipped (KIP-482)', () => {
    const unknown = '02 63 03 010203 ff01 00';
    const request = decodeRequest(frame(15, 5, `${unknown} 02 02 61 00 ${unknown}`));
    expect(request.body).to.deep.equal({ groups: ['a'], includeAuthorizedOperations: false });
    expect(decodeRequest(frame(42, 2, `${unknown} 02 02 61 ${unknown}`)).body).to.deep.equal({ groupsNames: ['a'] });
  });

  it('is not one with trailing bytes, which are ignored as in Apache Kafka 4.3', () => {
    expect(decodeRequest(frame(42, 0, '00000001 0001 61 ffffff')).body).to.deep.equal({ groupsNames: ['a'] });
  });

  it('is every prefix of a message, in every version and both directions', () => {
    for (const sample of everySample()) {
      const whole = encodeSample(sample);
      for (let length = 0; length < whole.length; length += 1) {
        const error = thrownBy(() => decodeSample(sample, whole.subarray(0, length)));
        if (error.code !== 'malformed') throw new Error(`${length} bytes of ${sample.name}: ${error.message}`);
      }
    }
  });
});

describe('an invalid response', () => {
  it('is malformed, and the error names API, version and field', () => {
    const error = thrownBy(() => decodeResponse('Heartbeat', 1, Buffer.alloc(9)));
    expect(error).to.include({
      code: 'malformed',
      message: 'Heartbeat response v1: errorCode: 2 bytes needed, 1 left',
      request: undefined,
    });
  });

  it('is of an unsupported version outside the table', () => {
    expect(thrownBy(() => decodeResponse('Heartbeat', 5, Buffer.alloc(9))).code).to.equal('unsupported_version');
  });
});
