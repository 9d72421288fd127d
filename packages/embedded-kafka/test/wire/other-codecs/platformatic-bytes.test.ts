import { expect } from 'chai';
import { apiNames, apiOf, type ApiName } from '../../../src/wire/apis/apis.ts';
import { isFlexible } from '../../../src/wire/codecs/codecs.ts';
import type { Message } from '../../../src/wire/codecs/message-codec.ts';
import { decodeRequest } from '../../../src/wire/requests.ts';
import { versionsOf, sampleMessage } from '../samples.ts';
import { fieldsOfVersion, leaves, withBigInts } from './comparable-messages.ts';
import { batchByKafkajs } from './kafkajs-protocol.ts';
import { platformaticArguments } from './platformatic-arguments.ts';
import { platformaticBody, withRecords } from './platformatic-bodies.ts';
import { decodeByPlatformatic, platformaticVersions, sentByPlatformatic } from './platformatic-protocol.ts';
import { decodeSample, encodeSample } from '../sample-codec.ts';

describe('the codec and @platformatic/kafka', () => {
  it('have the same versions, except three that it does not support yet', () => {
    const missing = apiNames.flatMap((api) =>
      versionsOf(api)
        .filter((version) => !platformaticVersions(api).includes(version))
        .map((version) => `${api} v${version}`),
    );
    expect(missing).to.deep.equal(['ListOffsets v10', 'DescribeLogDirs v5', 'ConsumerGroupDescribe v1']);
  });

  for (const api of apiNames) {
    for (const version of platformaticVersions(api)) {
      it(`have tags in the same headers: ${api} v${version}`, () => {
        const { requestHeaderHasTags, responseHeaderHasTags } = sentByPlatformatic(api, version, []);
        expect(requestHeaderHasTags).to.equal(isFlexible(api, version));
        expect(responseHeaderHasTags).to.equal(isFlexible(api, version) && api !== 'ApiVersions');
      });

      if (api !== 'Produce') {
        it(`encode the same request: ${api} v${version}`, () => {
          const body = platformaticBody(api, 'request', version, sampleMessage(apiOf(api).request, version, 'full'));
          const argumentsOf = platformaticArguments[api] as (body: Message, version: number) => readonly unknown[];
          const theirs = sentByPlatformatic(api, version, argumentsOf(withBigInts(apiOf(api).request, body), version)).createRequest()
            .buffer;
          const ours = encodeSample({ api, direction: 'request', version, body });
          expect(ours.subarray(requestHeaderLength(api, version)).toString('hex')).to.equal(theirs.toString('hex'));
        });
      }

      it(`decode the same values of the response: ${api} v${version}`, async () => {
        const sample = platformaticBody(api, 'response', version, sampleMessage(apiOf(api).response, version, 'full'));
        const batch = await batchByKafkajs([{ key: 'key', value: 'value', timestamp: '1700000000000' }]);
        const body = api === 'Fetch' ? withRecords(sample, batch) : sample;
        const frame = encodeSample({ api, direction: 'response', version, body });
        const theirs = leaves(
          decodeByPlatformatic(api, version, frame.subarray(isFlexible(api, version) && api !== 'ApiVersions' ? 5 : 4)),
        );
        const ours = leaves(fieldsOfVersion(apiOf(api).response, version, body)).filter((leaf) => leaf !== batch.toString('hex'));
        expect(theirs).to.include.members(ours);
        if (api === 'Fetch') expect(theirs).to.include.members(['key', 'value'].map((text) => Buffer.from(text).toString('hex')));
      });
    }
  }

  for (const version of platformaticVersions('Produce')) {
    it(`agree on a request with records: Produce v${version}`, () => {
      const messages = [
        { topic: 'orders', partition: 3, key: Buffer.from('key'), value: Buffer.from('value'), timestamp: 1_700_000_000_000n },
      ];
      const theirs = sentByPlatformatic('Produce', version, [-1, 5000, messages, { transactionalId: 'tx' }]).createRequest().buffer;
      const header = encodeSample({
        api: 'Produce',
        direction: 'request',
        version,
        body: { acks: 0, timeoutMs: 0, topicData: [] },
      }).subarray(0, requestHeaderLength('Produce', version));
      const frame = Buffer.concat([header, theirs]);
      const request = decodeRequest(frame);
      if (request.api !== 'Produce') throw new Error(`read as ${request.api}`);
      const records = request.body.topicData[0]?.partitionData[0]?.records;
      expect(records?.readInt32BE(8), 'the length field of the batch').to.equal((records?.length ?? 0) - 12);
      expect(request.body).to.deep.equal({
        transactionalId: 'tx',
        acks: -1,
        timeoutMs: 5000,
        topicData: [{ name: 'orders', partitionData: [{ index: 3, records }] }],
      });
      expect(encodeSample({ ...request, direction: 'request', body: request.body as unknown as Message }).equals(frame)).to.equal(true);
      expect(decodeSample({ api: 'Produce', direction: 'request', version }, frame)).to.deep.equal(request.body);
    });
  }
});

/** Key, version, correlation id, length and text of the client id, and tag count. */
function requestHeaderLength(api: ApiName, version: number): number {
  return 2 + 2 + 4 + 2 + 'tracelink'.length + (isFlexible(api, version) ? 1 : 0);
}
