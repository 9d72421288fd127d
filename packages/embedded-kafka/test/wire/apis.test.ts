import { expect } from 'chai';
import {
  advertisedVersions,
  apiNameOf,
  apiNames,
  apiOf,
  apis,
  type DecodedResponse,
  type Request,
  type RequestToEncode,
  type Response,
} from '../../src/wire/apis/apis.ts';
import type { DecodedRequest } from '../../src/wire/requests.ts';
import type { Api, FieldLine } from '../../src/wire/apis/schema.ts';
import { versionsOf } from './samples.ts';

/** Compiles when both types are equal. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

describe('the API table', () => {
  it('has 37 APIs with 192 versions, ordered by their keys', () => {
    expect(apiNames).to.have.length(37);
    expect(apiNames.reduce((sum, api) => sum + versionsOf(api).length, 0)).to.equal(192);
    expect(apiNames.map((api) => apis[api].key)).to.deep.equal([
      0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 32, 33, 35, 36, 37, 42, 44, 45, 46, 47, 60,
      68, 69,
    ]);
  });

  it('finds an API by its key', () => {
    for (const api of apiNames) expect(apiNameOf(apiOf(api).key)).to.equal(api);
    expect(apiNameOf(71)).to.equal(undefined);
  });

  it('advertises its versions, and Produce from version 0 on (KAFKA-18659)', () => {
    const differing = apiNames.filter((api) => advertisedVersions(api).min !== apis[api].versions.min);
    expect(differing).to.deep.equal(['Produce']);
    expect(advertisedVersions('Produce')).to.deep.equal({ min: 0, max: 11 });
    expect(advertisedVersions('Fetch')).to.deep.equal({ min: 4, max: 17 });
  });
});

describe('a message type', () => {
  it('has every field of a request, nullable where a version is, and read-only arrays', () => {
    const same: Same<
      Request<'Heartbeat'>,
      { readonly groupId: string; readonly generationId: number; readonly memberId: string; readonly groupInstanceId: string | null }
    > = true;
    const topics: Same<
      Request<'OffsetFetch'>['topics'],
      readonly { readonly name: string; readonly partitionIndexes: readonly number[] }[] | null
    > = true;
    const records: Same<Request<'Produce'>['topicData'][number]['partitionData'][number]['records'], Buffer | null> = true;
    expect([same, topics, records]).to.deep.equal([true, true, true]);
  });

  it('is narrowed by the API of a request', () => {
    const groupOf = (request: DecodedRequest): string | undefined => (request.api === 'JoinGroup' ? request.body.groupId : undefined);
    const body = { groupId: 'group', generationId: 1, memberId: '', groupInstanceId: null };
    expect(groupOf({ api: 'Heartbeat', version: 0, correlationId: 0, clientId: null, body })).to.equal(undefined);
  });

  it('allows only fields with a default to be omitted when it is written', () => {
    const least: Response<'Heartbeat'> = { errorCode: 0 };
    // @ts-expect-error errorCode has no default
    const missing: Response<'Heartbeat'> = { throttleTimeMs: 0 };
    // @ts-expect-error a heartbeat's answer has no members
    const unknown: Response<'Heartbeat'> = { errorCode: 0, members: [] };
    // @ts-expect-error neither has a part of the answer
    const nested: Response<'OffsetCommit'> = { topics: [{ name: 'a', partitions: [], error: 0 }] };
    // @ts-expect-error a group's id is never null
    const nothing: RequestToEncode<'Heartbeat'> = { groupId: null, generationId: 0, memberId: '' };
    const read: Same<DecodedResponse<'Heartbeat'>, { readonly throttleTimeMs: number; readonly errorCode: number }> = true;
    expect([least, missing, unknown, nested, nothing, read]).to.have.length(6);
  });

  it('rejects a malformed line', () => {
    const good: FieldLine = 'string 3+ nullable tag 1 = null';
    // @ts-expect-error no such type
    const type: FieldLine = 'varint';
    // @ts-expect-error no such trait
    const trait: FieldLine = 'int32 optional';
    // @ts-expect-error a struct has fields
    const fields: Api['request'] = { topics: 'struct[]' };
    expect([String(good), String(type), String(trait)]).to.have.length(3);
    expect(fields).to.have.keys('topics');
  });
});
