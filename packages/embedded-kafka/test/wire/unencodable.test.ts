import { expect } from 'chai';
import type { ApiName, Response } from '../../src/wire/apis/apis.ts';
import { encodeRequest } from '../../src/wire/requests.ts';
import { decodeResponse, encodeResponse } from '../../src/wire/responses.ts';
import { thrownBy } from './thrown-by.ts';

/** The codec error for a body that the compiler would reject. */
function problem<A extends ApiName>(api: A, version: number, body: unknown): string {
  const error = thrownBy(() => encodeResponse(api, version, 7, body as Response<A>));
  expect(error.code).to.equal('unencodable');
  return error.message.replace(`${api} response v${version}: `, '');
}

describe('a response that cannot be encoded', () => {
  it('lacks a field without a default', () => {
    expect(problem('Heartbeat', 4, {})).to.equal('errorCode: missing');
    expect(problem('JoinGroup', 4, { errorCode: 0, protocolName: '', leader: '', memberId: '', members: [{ memberId: '' }] })).to.equal(
      'members.metadata: missing',
    );
    expect(problem('Heartbeat', 4, null)).to.equal('not an object');
  });

  it('has a number that its field cannot hold', () => {
    for (const errorCode of [32768, -32769, 1.5, Number.NaN, '5', null]) {
      expect(problem('Heartbeat', 0, { errorCode })).to.be.oneOf([
        'errorCode: not a whole number in the range of int16',
        'errorCode: null, which this version does not allow',
      ]);
    }
    expect(problem('Heartbeat', 1, { errorCode: 0, throttleTimeMs: 2 ** 31 })).to.equal(
      'throttleTimeMs: not a whole number in the range of int32',
    );
    expect(problem('DescribeCluster', 1, { errorCode: 0, endpointType: 128, clusterId: '', brokers: [] })).to.equal(
      'endpointType: not a whole number in the range of int8',
    );
    expect(problem('InitProducerId', 0, { errorCode: 0, producerId: 2 ** 53, producerEpoch: 0 })).to.match(
      /^producerId: not a whole number up to/,
    );
  });

  it('has a value of another type', () => {
    expect(problem('SaslHandshake', 0, { errorCode: 0, mechanisms: 'PLAIN' })).to.equal('mechanisms: not an array');
    expect(problem('SaslHandshake', 0, { errorCode: 0, mechanisms: [5] })).to.equal('mechanisms: not a string');
    expect(problem('SaslAuthenticate', 0, { errorCode: 0, authBytes: 'text' })).to.equal('authBytes: not bytes');
    const partition = { partitionIndex: 0, errorCode: 0, highWatermark: 0, abortedTransactions: null };
    for (const records of ['text', ['text']]) {
      const responses = [{ topic: 'a', partitions: [{ ...partition, records }] }];
      expect(problem('Fetch', 11, { errorCode: 0, responses })).to.equal('responses.partitions.records: not buffers');
    }
    const topic = { errorCode: 0, name: 'a', topicId: 'not-a-uuid', partitions: [] };
    expect(problem('Metadata', 12, { brokers: [], topics: [topic] })).to.equal('topics.topicId: not a uuid of 32 hex digits with dashes');
    expect(problem('Metadata', 1, { brokers: [], topics: [{ ...topic, isInternal: 1 }] })).to.equal('topics.isInternal: not a boolean');
  });

  it('has null where the version is not nullable', () => {
    const topic = { errorCode: 0, name: null, topicId: '00112233-4455-6677-8899-aabbccddeeff', partitions: [] };
    expect(encodeResponse('Metadata', 12, 7, { brokers: [], topics: [topic] })).to.have.length(1);
    expect(problem('Metadata', 11, { brokers: [], topics: [topic] })).to.equal('topics.name: null, which this version does not allow');
  });

  it('has a string longer than the maximum', () => {
    for (const version of [0, 3]) {
      const groups = [{ groupId: 'é'.repeat(0x4000), protocolType: '' }];
      expect(problem('ListGroups', version, { errorCode: 0, groups })).to.equal('groups.groupId: a string of 32768 bytes, more than 32767');
    }
  });

  it('is of a version that is not in the table', () => {
    for (const version of [-1, 5, 1.5, Number.NaN]) {
      expect(thrownBy(() => encodeResponse('Heartbeat', version, 7, { errorCode: 0 })).code).to.equal('unsupported_version');
    }
    const request = {
      api: 'Heartbeat',
      version: 5,
      correlationId: 7,
      clientId: null,
      body: { groupId: '', generationId: 0, memberId: '' },
    } as const;
    expect(thrownBy(() => encodeRequest(request)).code).to.equal('unsupported_version');
  });

  it('is rejected with the name of the tagged field', () => {
    const responses = [{ name: 'a', partitionResponses: [{ index: 0, errorCode: 0, baseOffset: 0, currentLeader: { leaderId: 1.5 } }] }];
    expect(problem('Produce', 10, { responses })).to.equal(
      'responses.partitionResponses.currentLeader.leaderId: not a whole number in the range of int32',
    );
  });
});

describe('an encoded response', () => {
  it('includes the records of the caller by reference, and everything else in views of one buffer', () => {
    const records: readonly Buffer[] = [Buffer.from('first'), Buffer.alloc(0), Buffer.from('second')];
    const partition = { partitionIndex: 0, errorCode: 0, highWatermark: 0, abortedTransactions: null };
    const topic = {
      topic: 'a',
      topicId: '00112233-4455-6677-8899-aabbccddeeff',
      partitions: [
        { ...partition, records },
        { ...partition, records: records[2] ?? null },
      ],
    };
    const parts = encodeResponse('Fetch', 17, 7, { errorCode: 0, responses: [topic, topic] });
    const references = parts.filter((part) => records.includes(part));
    expect(references).to.deep.equal([0, 2, 2, 0, 2, 2].map((index) => records[index]));
    expect(new Set(parts.filter((part) => !references.includes(part)).map((part) => part.buffer)).size).to.equal(1);
    const { body } = decodeResponse('Fetch', 17, Buffer.concat(parts).subarray(4));
    const read = body.responses.flatMap(({ partitions }) => partitions.map((one) => one.records?.toString()));
    expect(read).to.deep.equal(['firstsecond', 'second', 'firstsecond', 'second']);
  });

  it('distinguishes null records from empty ones', () => {
    const partition = { partitionIndex: 0, errorCode: 0, highWatermark: 0, abortedTransactions: null };
    for (const records of [null, Buffer.alloc(0)]) {
      for (const version of [4, 12]) {
        const responses = [{ topic: 'a', topicId: '00112233-4455-6677-8899-aabbccddeeff', partitions: [{ ...partition, records }] }];
        const frame = Buffer.concat(encodeResponse('Fetch', version, 7, { errorCode: 0, responses })).subarray(4);
        expect(decodeResponse('Fetch', version, frame).body.responses[0]?.partitions[0]?.records).to.deep.equal(records);
      }
    }
  });

  it('does not change the body, which may be frozen', () => {
    const body = Object.freeze({ errorCode: 0, members: Object.freeze([]) });
    expect(decodeResponse('LeaveGroup', 5, Buffer.concat(encodeResponse('LeaveGroup', 5, 7, body)).subarray(4)).body).to.deep.equal({
      ...body,
      throttleTimeMs: 0,
    });
  });
});
