import { expect } from 'chai';
import type { IHeaders } from 'kafkajs';
import { headersOf, storedHeaders } from '../../../src/outbox/table/stored-headers.ts';

describe('the stored headers of an outbox message', () => {
  it('are restored unchanged: text, bytes, and repeated values in order', () => {
    const headers = { text: 'tea', empty: '', bytes: Buffer.from([0, 0xff]), many: ['a', Buffer.from([0xfe]), 'c'] };
    const back = headersOf(storedHeaders({ ...headers, none: undefined, absent: [] }));
    expect(back).to.deep.equal(headers);
  });

  it('are equal for bytes that are no Buffer, and for headers without a value', () => {
    const bytes = new Uint8Array([1, 0xff, 2]).subarray(1);
    const given = { bytes, none: null, many: [null, bytes] } as unknown as IHeaders;
    const stored = { bytes: Buffer.from(bytes), many: Buffer.from(bytes) };
    expect(headersOf(storedHeaders(given))).to.deep.equal(stored);
  });

  it('are readable by a person when they are text', () => {
    expect(storedHeaders({ note: Buffer.from('tea'), broken: 'a\ud800', raw: Buffer.from([0xff]) })).to.equal(
      '[["note","tea"],["broken","a\ufffd"],["raw",{"base64":"/w=="}]]',
    );
  });
});
