import { expect } from 'chai';
import { errorCodes } from '../../src/core/error-codes.ts';
import { EmbeddedKafka } from '../../src/index.ts';
import { encodeBatch } from '../../src/records/encode-batch.ts';
import { ask } from '../support/ask.ts';

describe('a request with a version check', () => {
  let kafka: EmbeddedKafka;
  beforeEach(async () => {
    kafka = await EmbeddedKafka.start({ topics: { orders: 1 } });
  });
  afterEach(() => kafka.stop());

  it('may contain zstd from Produce 7 on, and other compressions in every version (KIP-110)', async () => {
    const produce = async (version: number, compression: 'none' | 'gzip' | 'zstd'): Promise<number | undefined> => {
      const records = encodeBatch({
        baseOffset: 0,
        compression,
        records: [{ key: null, value: Buffer.from('v'), headers: [], timestamp: Date.now() }],
      } as never);
      const body = {
        transactionalId: null,
        acks: 1,
        timeoutMs: 1_000,
        topicData: [{ name: 'orders', partitionData: [{ index: 0, records }] }],
      };
      const { responses } = await ask(kafka.brokers[0] ?? '', 'Produce', version, body as never);
      return responses[0]?.partitionResponses[0]?.errorCode;
    };
    expect(await produce(6, 'zstd')).to.equal(errorCodes.UNSUPPORTED_COMPRESSION_TYPE);
    expect(kafka.topic('orders').records(0)).to.deep.equal([]);
    expect([await produce(6, 'gzip'), await produce(6, 'none'), await produce(7, 'zstd')]).to.deep.equal([0, 0, 0]);
  });

  it('must name its protocol from SyncGroup 5 on (KIP-559)', async () => {
    const sync = async (version: number): Promise<number> => {
      const body = {
        groupId: 'g',
        generationId: 1,
        memberId: 'm',
        groupInstanceId: null,
        protocolType: null,
        protocolName: null,
        assignments: [],
      };
      return (await ask(kafka.brokers[0] ?? '', 'SyncGroup', version, body as never)).errorCode;
    };
    expect([await sync(4), await sync(5)]).to.deep.equal([errorCodes.UNKNOWN_MEMBER_ID, errorCodes.INCONSISTENT_GROUP_PROTOCOL]);
  });
});
