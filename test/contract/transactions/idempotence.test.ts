import { expect } from 'chai';
import { read } from '../support/deliveries.ts';
import { initProducerId, type ProducerIdentity } from '../support/raw-producer.ts';
import { listOffset, produceBatch } from '../support/requests.ts';
import { useKafka } from '../support/use-kafka.ts';

describe('contract: idempotent producers', () => {
  const kafka = useKafka();

  /** A new producer, a topic, and a function that sends `count` messages starting at a sequence number. */
  async function idempotent(): Promise<{
    identity: ProducerIdentity;
    endOffset: () => Promise<string>;
    send: (firstSequence: number, count?: number, as?: Partial<ProducerIdentity>) => Promise<{ error: string; baseOffset: string }>;
  }> {
    const topic = await kafka.createTopic();
    const connection = await kafka.connection();
    const { error, producerId, producerEpoch } = await initProducerId(connection, null);
    expect(error).to.equal('NONE');
    return {
      identity: { producerId, producerEpoch },
      endOffset: async () => (await listOffset(connection, topic, -1)).offset,
      send: async (firstSequence, count = 1, as = {}) => {
        const messages = Array.from({ length: count }, (_, index) => ({ value: `${firstSequence + index}` }));
        const answer = await produceBatch(connection, topic, messages, { producerId, producerEpoch, ...as, firstSequence });
        return { error: answer.error, baseOffset: answer.baseOffset };
      },
    };
  }

  it('accepts the messages of an idempotent kafkajs producer', async () => {
    const topic = await kafka.createTopic();
    const producer = await kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    for (const value of ['a', 'b', 'c']) await producer.send({ topic, messages: [{ value }] });
    const deliveries = await read(await kafka.consumer(), [topic], 3);
    expect(deliveries.map(({ offset, value }) => [offset, value])).to.deep.equal([
      ['0', 'a'],
      ['1', 'b'],
      ['2', 'c'],
    ]);
  });

  it('gives each producer its own id', async () => {
    const connection = await kafka.connection();
    const answers = [await initProducerId(connection, null), await initProducerId(connection, null)];
    expect(answers.map(({ producerEpoch }) => producerEpoch)).to.deep.equal([0, 0]);
    expect(new Set(answers.map(({ producerId }) => producerId))).to.have.lengthOf(2);
  });

  it('stores a resent batch once and returns the same offset again', async () => {
    const { send, endOffset } = await idempotent();
    expect(await send(0, 3)).to.deep.equal({ error: 'NONE', baseOffset: '0' });
    expect(await send(3, 2)).to.deep.equal({ error: 'NONE', baseOffset: '3' });
    expect(await send(0, 3)).to.deep.equal({ error: 'NONE', baseOffset: '0' });
    expect(await send(3, 2)).to.deep.equal({ error: 'NONE', baseOffset: '3' });
    expect(await endOffset()).to.equal('5');
  });

  it('accepts a resent batch when it is one of the last five, and rejects an older one', async () => {
    const { send, endOffset } = await idempotent();
    for (const sequence of [0, 1, 2, 3, 4, 5]) await send(sequence);
    expect(await send(1)).to.deep.equal({ error: 'NONE', baseOffset: '1' });
    expect(await send(0)).to.include({ error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' });
    expect(await endOffset()).to.equal('6');
  });

  it('rejects a batch whose sequence number leaves a gap', async () => {
    const { send, endOffset } = await idempotent();
    await send(0);
    expect(await send(2)).to.include({ error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' });
    expect(await send(1)).to.deep.equal({ error: 'NONE', baseOffset: '1' });
    expect(await endOffset()).to.equal('2');
  });

  it('accepts any first sequence number of an unknown producer', async () => {
    const { send } = await idempotent();
    expect(await send(7)).to.deep.equal({ error: 'NONE', baseOffset: '0' });
    expect(await send(8)).to.deep.equal({ error: 'NONE', baseOffset: '1' });
  });

  it('requires sequence number 0 in a new epoch, and then rejects the old epoch', async () => {
    const { send } = await idempotent();
    await send(0);
    expect(await send(1, 1, { producerEpoch: 1 })).to.include({ error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' });
    expect(await send(0, 1, { producerEpoch: 1 })).to.deep.equal({ error: 'NONE', baseOffset: '1' });
    expect(await send(1)).to.include({ error: 'INVALID_PRODUCER_EPOCH' });
  });
});
