import { expect } from 'chai';
import { noProducer, ProducerEpochs } from '../../src/transactions/producer-identity.ts';
import { TransactionHarness } from './transaction-harness.ts';

describe('ProducerEpochs', () => {
  it('issues epochs up to 32766, then the first epoch of another producer id', () => {
    let ids = 0;
    const epochs = new ProducerEpochs(() => (ids += 1));
    for (let epoch = 0; epoch <= 32_766; epoch += 1)
      expect(epochs.advance(noProducer)).to.deep.equal({ producerId: 1, producerEpoch: epoch });
    expect(epochs.advance(noProducer)).to.deep.equal({ producerId: 2, producerEpoch: 0 });
  });

  it('fences the last epoch of a producer id too, and continues with another id', () => {
    let ids = 0;
    const epochs = new ProducerEpochs(() => (ids += 1));
    for (let epoch = 0; epoch <= 32_766; epoch += 1) epochs.advance(noProducer);
    const last = epochs.current;
    epochs.fence();
    expect(epochs.current).to.deep.equal({ producerId: 1, producerEpoch: 32_767 });
    expect(epochs.mayAdvance(last)).to.equal(false);
    expect(epochs.mayAdvance(noProducer)).to.equal(true);
    expect(epochs.advance(noProducer)).to.deep.equal({ producerId: 2, producerEpoch: 0 });
  });
});

describe('a producer that requests its next epoch (KIP-360)', () => {
  it('receives it, and receives it again when the response was lost', () => {
    const harness = new TransactionHarness();
    const { producerId, producerEpoch } = harness.producer();
    const ask = { producerId, producerEpoch };
    expect([harness.init(ask), harness.init(ask)]).to.deep.equal([
      { error: 'NONE', producerId, producerEpoch: 1 },
      { error: 'NONE', producerId, producerEpoch: 1 },
    ]);
  });

  it('is fenced when another producer received an epoch meanwhile, or when it was fenced before', () => {
    const harness = new TransactionHarness();
    const { producerId, producerEpoch } = harness.producer();
    harness.init({ producerId, producerEpoch });
    const newest = harness.producer();
    expect(harness.init({ producerId, producerEpoch })).to.include({ error: 'PRODUCER_FENCED', producerId: -1, producerEpoch: -1 });
    harness.init(newest);
    harness.add({ ...newest, producerEpoch: newest.producerEpoch + 1 }, 0);
    harness.coordinator.expire('tx');
    expect(harness.init(newest)).to.include({ error: 'PRODUCER_FENCED' });
  });

  it('does not abort the transaction of the newest incarnation when it repeats a request late', () => {
    const harness = new TransactionHarness();
    const before = harness.producer();
    const { producerEpoch } = harness.init(before);
    const newest = { ...before, producerEpoch };
    harness.add(newest, 0);
    expect(harness.init(before)).to.include({ error: 'PRODUCER_FENCED' });
    expect(harness.end(newest, true)).to.equal('NONE');
  });

  it('is fenced when its producer id is not that of the transactional id', () => {
    const harness = new TransactionHarness();
    harness.producer();
    expect(harness.init({ producerId: 5, producerEpoch: 0 })).to.include({ error: 'PRODUCER_FENCED' });
  });

  it('receives a new producer id when the broker does not know its own', () => {
    const harness = new TransactionHarness();
    expect(harness.init({ producerId: 5, producerEpoch: 9 })).to.include({ error: 'NONE', producerId: 1_000, producerEpoch: 0 });
  });

  it('is fenced when another producer claimed its identity before the broker knew the transactional id', () => {
    const harness = new TransactionHarness();
    const claimed = { producerId: 0, producerEpoch: 0 };
    expect(harness.init(claimed)).to.include({ error: 'NONE', producerId: 1_000, producerEpoch: 0 });
    expect(harness.init(claimed)).to.include({ error: 'PRODUCER_FENCED', producerId: -1, producerEpoch: -1 });
  });

  it('receives another producer id after its last epoch, and receives it again when the response was lost', () => {
    const harness = new TransactionHarness();
    let last = harness.producer();
    while (last.producerEpoch < 32_766) last = harness.producer();
    const answers = [harness.init(last), harness.init(last)];
    expect(answers.map(({ error, producerId, producerEpoch }) => [error, producerId, producerEpoch])).to.deep.equal([
      ['NONE', 1_001, 0],
      ['NONE', 1_001, 0],
    ]);
    expect(harness.end(last, true)).to.equal('INVALID_PRODUCER_ID_MAPPING');
  });
});
