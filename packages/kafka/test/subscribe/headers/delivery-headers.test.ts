import { expect } from 'chai';
import { REPLAY_GROUP_HEADER, replayGroupValue } from '../../../src/sender/record-headers.ts';
import { DeliveryHeader, failureHeaders, keptFromOriginal } from '../../../src/subscribe/headers/delivery-headers.ts';

describe('the headers of a dead-letter record', () => {
  const failure = {
    topic: 'orders',
    partition: 0,
    offset: '7',
    timestamp: 1_700_000_000_000,
    groupId: 'packing',
    attempts: 3,
    firstFailure: 1_700_000_000_001,
    error: new Error('no'),
    attempt: undefined,
  };
  const replayed = { [DeliveryHeader.REPLAYS]: '2' };

  it('have the number of replays of a record that was replayed to its topic', () => {
    const forGroup = { ...replayed, [REPLAY_GROUP_HEADER]: replayGroupValue('orders', 'packing') };
    for (const headers of [replayed, forGroup, keptFromOriginal(forGroup)]) expect(failureHeaders(headers, failure)).to.include(replayed);
  });

  it('have no number of replays when a handler of another topic forwarded the record with all its headers', () => {
    const forwarded = { ...replayed, [REPLAY_GROUP_HEADER]: replayGroupValue('carts', 'packing') };
    for (const headers of [forwarded, keptFromOriginal(forwarded)])
      expect(failureHeaders(headers, failure)).to.not.have.property(DeliveryHeader.REPLAYS);
  });
});
