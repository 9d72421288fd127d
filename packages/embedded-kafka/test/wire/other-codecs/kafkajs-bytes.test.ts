import { expect } from 'chai';
import { type ApiName, apiNames, apiOf } from '../../../src/wire/apis/apis.ts';
import { decodeRequest, encodeRequest, type RequestToSend } from '../../../src/wire/requests.ts';
import { encodeResponse } from '../../../src/wire/responses.ts';
import { zeroUuid } from '../../../src/wire/codecs/field-spec.ts';
import { clientId, correlationId, everySample } from '../samples.ts';
import { batchByKafkajs, decodeByKafkajs, encodeByKafkajs, kafkajsVersions } from './kafkajs-protocol.ts';
import { kafkajsRequests } from './kafkajs-requests.ts';
import { fieldsOfVersion, leaves } from './comparable-messages.ts';
import { encodeSample } from '../sample-codec.ts';

describe('the codec and kafkajs', () => {
  it('are compared in every API that kafkajs has an encoder for', () => {
    const theirs = apiNames.filter((api) => kafkajsVersions(api).length > 0);
    expect(['Produce', ...kafkajsRequests.map(({ api }) => api)]).to.have.members(theirs);
  });

  for (const { api, args, body } of kafkajsRequests) {
    for (const version of kafkajsVersions(api)) {
      it(`encode the same request: ${api} v${version}`, async () => {
        const theirs = await encodeByKafkajs(api, version, args);
        const ours = encodeRequest({ api, version, correlationId, clientId, body } as RequestToSend<ApiName>);
        expect(theirs.toString('hex')).to.equal(Buffer.concat(ours).toString('hex'));
      });
    }
  }

  for (const version of kafkajsVersions('Produce')) {
    it(`agree on a request with records: Produce v${version}`, async () => {
      const theirs = await encodeByKafkajs('Produce', version, produceArgs);
      const request = decodeRequest(theirs.subarray(4));
      if (request.api !== 'Produce') throw new Error(`read as ${request.api}`);
      const records = request.body.topicData[0]?.partitionData[0]?.records;
      expect(records?.readInt32BE(8), 'the length field of the batch').to.equal((records?.length ?? 0) - 12);
      const topicData = [{ name: 'orders', partitionData: [{ index: 3, records }] }];
      expect(request.body).to.deep.equal({ transactionalId: 'tx', acks: -1, timeoutMs: 5000, topicData });
      expect(Buffer.concat(encodeRequest(request)).equals(theirs)).to.equal(true);
    });
  }

  for (const sample of everySample()) {
    const { name, api, direction, version, body } = sample;
    if (direction === 'request' || api === 'Fetch' || !kafkajsVersions(api).includes(version)) continue;
    it(`decode the same values: ${name}`, async () => {
      const theirs = leaves(await decodeByKafkajs(api, version, encodeSample(sample).subarray(4)));
      // Every number and string of a full sample is unique: a decoder that is off by a byte finds none of them.
      if (name.endsWith('full'))
        expect(theirs).to.include.members(
          leaves(fieldsOfVersion(apiOf(api)[direction], version, body))
            .filter(isReadByKafkajs(api))
            .map(asKafkajs(api)),
        );
    });
  }

  for (const version of kafkajsVersions('Fetch')) {
    it(`decode the same records, written from two buffers: Fetch v${version}`, async () => {
      const batch = await batchByKafkajs(messages);
      const partition = {
        partitionIndex: 3,
        errorCode: 0,
        highWatermark: 1,
        lastStableOffset: 1,
        logStartOffset: 0,
        abortedTransactions: [{ producerId: 4000, firstOffset: 0 }],
      };
      const records = [batch.subarray(0, 20), batch.subarray(20)];
      const parts = encodeResponse('Fetch', version, correlationId, {
        errorCode: 0,
        responses: [{ topic: 'orders', topicId: zeroUuid, partitions: [{ ...partition, records }] }],
      });
      const theirs = leaves(await decodeByKafkajs('Fetch', version, Buffer.concat(parts).subarray(8)));
      expect(theirs).to.include.members([
        'orders',
        '3',
        '4000',
        '1700000000000',
        ...['key', 'value', '0'].map((text) => Buffer.from(text).toString('hex')),
      ]);
    });
  }
});

const messages = [{ key: 'key', value: 'value', timestamp: '1700000000000', headers: { b3: '0' } }];
const produceArgs = {
  acks: -1,
  timeout: 5000,
  transactionalId: 'tx',
  topicData: [{ topic: 'orders', partitions: [{ partition: 3, messages }] }],
};

/** It skips the messages of reassignments. */
function isReadByKafkajs(api: ApiName): (leaf: string) => boolean {
  return (leaf) => !(api.endsWith('PartitionReassignments') && leaf.startsWith('errorMessage'));
}

/** kafkajs' decoder puts the size back before the SASL bytes, as its mechanisms expect it. */
function asKafkajs(api: ApiName): (leaf: string) => string {
  return (leaf) =>
    api === 'SaslAuthenticate' && /^(?:[0-9a-f]{2}){4,}$/.test(leaf) ? `${(leaf.length / 2).toString(16).padStart(8, '0')}${leaf}` : leaf;
}
