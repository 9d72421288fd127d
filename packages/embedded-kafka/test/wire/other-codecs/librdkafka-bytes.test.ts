import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { apiNames } from '../../../src/wire/apis/apis.ts';
import { decodeRequest, encodeRequest } from '../../../src/wire/requests.ts';

// What librdkafka 2.0.2 and 2.16.0 sent while they produced, consumed in groups, ran transactions and administered
// topics whose names start with "golden"; test/clients/record-librdkafka.ts of this repository records it.
const file = new URL('librdkafka-bytes.json', import.meta.url);
const golden = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, readonly string[]>>);

describe('the requests that librdkafka sent', () => {
  it('cover every API that librdkafka has and was made to use', () => {
    const recorded = new Set(golden.filter(([, frames]) => frames.length > 0).map(([name]) => name.split(' ')[0]));
    const missing = [
      'SaslHandshake',
      'OffsetForLeaderEpoch',
      'AlterConfigs',
      'DescribeLogDirs',
      'SaslAuthenticate',
      'OffsetDelete',
      'DescribeCluster',
      'AlterPartitionReassignments',
      'ListPartitionReassignments',
      'ConsumerGroupHeartbeat',
      'ConsumerGroupDescribe',
    ];
    expect(apiNames.filter((api) => !recorded.has(api))).to.have.members(missing);
  });

  for (const [name, frames] of golden) {
    it(`are decoded, and encoded to the same bytes: ${name}`, () => {
      for (const hex of frames) {
        const request = decodeRequest(Buffer.from(hex, 'hex'));
        expect(`${request.api} v${request.version}`).to.equal(name.split(',')[0]);
        expect(request.clientId).to.equal('rdkafka');
        // The first four bytes are the size.
        expect(Buffer.concat(encodeRequest(request)).subarray(4).toString('hex')).to.equal(hex);
      }
    });
  }

  it('name the topics and groups that they were about', () => {
    const about = (...apis: string[]): unknown[] =>
      golden
        .filter(([name]) => apis.includes(name.split(' ')[0] ?? ''))
        .flatMap(([, frames]) => frames.map((hex) => decodeRequest(Buffer.from(hex, 'hex')).body));
    for (const body of about('Produce'))
      expect(body)
        .to.have.nested.property('topicData[0].name')
        .that.matches(/^golden-/);
    for (const body of about('JoinGroup', 'OffsetCommit'))
      expect(body)
        .to.have.property('groupId')
        .that.matches(/^golden-/);
  });
});
