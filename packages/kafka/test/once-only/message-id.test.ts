import { expect } from 'chai';
import { outboxId } from '../../src/once-only/index.ts';
import { delivered } from '../support/delivered.ts';

describe('outboxId', () => {
  const idOf = (...values: (string | Buffer)[]): string =>
    outboxId(delivered({ headers: { 'tracelink-message-id': values.length === 1 ? values[0] : values } }));

  it('is the id that the outbox gave, wherever the message stands, and the last of several', () => {
    expect(idOf(Buffer.from('8f0e'))).to.equal('orders#8f0e');
    expect(idOf('8f0e')).to.equal('orders#8f0e');
    expect(idOf('1', Buffer.from('2'))).to.equal('orders#2');
  });

  it('is the place of a message that has none', () => {
    for (const message of [delivered(), delivered({ headers: { 'tracelink-message-id': [] } })])
      expect(outboxId(message)).to.equal('orders/0/7@1700000000000');
  });
});
