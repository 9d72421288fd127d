import { expect } from 'chai';
import { subscribedTopics } from '../../../src/client/kafkajs/subscribed-topics.ts';

describe('subscribedTopics', () => {
  // Version 1: the topics "orders" and "füllen", no user data, no owned partitions.
  const metadata = Buffer.from('0001 00000002 0006 6f7264657273 0007 66c3bc6c6c656e ffffffff 00000000'.replaceAll(' ', ''), 'hex');

  it('returns the topics of a subscription of a later version', () => {
    expect(subscribedTopics(metadata)).to.deep.equal(['orders', 'füllen']);
  });

  it('returns nothing for bytes that end too early, and for none', () => {
    const topicsEnd = metadata.length - 8;
    for (let length = 0; length < topicsEnd; length++)
      expect(subscribedTopics(metadata.subarray(0, length)), `${length}`).to.equal(undefined);
    expect(subscribedTopics(metadata.subarray(0, topicsEnd))).to.have.length(2);
  });
});
