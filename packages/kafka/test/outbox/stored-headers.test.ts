import { expect } from 'chai';
import { headersOf, storedHeaders } from '../../src/outbox/stored-headers.ts';

describe('the headers in an outbox', () => {
  it('come back as they were: text, bytes, and each of several, in order', () => {
    const headers = { text: 'tea', empty: '', bytes: Buffer.from([0, 0xff]), many: ['a', Buffer.from([0xfe]), 'c'] };
    const back = headersOf(storedHeaders({ ...headers, none: undefined, nobody: [] }));
    expect(back).to.deep.equal(headers);
  });

  it('can be read by a person where they are text', () => {
    expect(storedHeaders({ note: Buffer.from('tea'), broken: 'a\ud800', raw: Buffer.from([0xff]) })).to.equal(
      '[["note","tea"],["broken","a\ufffd"],["raw",{"base64":"/w=="}]]',
    );
  });
});
