import { expect } from 'chai';
import fc from 'fast-check';
import { storedId } from '../../src/idempotency/postgres-store.ts';

describe('the stored text of an idempotency key', () => {
  it('is the key, so that a person can find it, when a column can hold it', () => {
    for (const id of ['orders/0/7@1700000000000', ' ', 'Größe', '😀', "'; DROP TABLE orders; --", 'x'.repeat(200)])
      expect(storedId(id)).to.equal(id);
  });

  it('is a digest of fixed length otherwise, and differs for every key', () => {
    const odd = ['\0', 'a\0', '\ud800', '\udc00', '\ud800a', 'x'.repeat(201), 'x'.repeat(1_000_000), 'sha256:', storedId('\0')];
    const stored = odd.map(storedId);
    for (const text of stored) expect(text).to.match(/^sha256:[0-9a-f]{64}$/);
    expect(new Set(stored).size).to.equal(odd.length);
  });

  it('is well formed, short and without NUL for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 300 }), (one, other) => {
        const text = storedId(one);
        expect(text.isWellFormed() && !text.includes('\0') && text.length <= 200).to.equal(true);
        expect(text === storedId(other)).to.equal(one === other);
      }),
    );
  });
});
