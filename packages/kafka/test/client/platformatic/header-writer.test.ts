import { Producer, stringSerializers } from '@platformatic/kafka';
import { expect } from 'chai';
import fc from 'fast-check';
import { HeaderWriter } from '../../../src/client/platformatic/header-writer.ts';

describe('a header writer of @platformatic/kafka', () => {
  const options = { clientId: 'writer', bootstrapBrokers: ['localhost:1'] };
  const ofBytes = new HeaderWriter(new Producer(options));
  const ofText = new HeaderWriter(new Producer({ ...options, serializers: stringSerializers }));
  const texts = (headers: unknown): readonly (readonly [string, string])[] =>
    [...(headers as Map<unknown, unknown>)].map(([name, value]) => [String(name), String(value)]);

  it('writes what was added last, whatever it wrote before under the same names', () => {
    const record = fc.dictionary(fc.constantFrom('b3', 'traceparent', 'tracestate', 'a'), fc.constantFrom('1', '2', 'é'));
    fc.assert(
      fc.property(fc.array(record), (records) => {
        for (const written of records)
          for (const writer of [ofBytes, ofText]) {
            expect(texts(writer.headers(undefined, written))).to.deep.equal(Object.entries(written));
            expect(texts(writer.headers({}, written))).to.deep.equal(Object.entries(written));
          }
      }),
    );
  });

  it('gives each message headers of its own, in the form of the serializers', () => {
    const [first, second] = [1, 2].map(() => ofBytes.headers(undefined, { b3: '0' }) as Map<unknown, unknown>);
    expect(first).to.not.equal(second);
    expect([...(first ?? [])]).to.deep.equal([[Buffer.from('b3'), Buffer.from('0')]]);
    expect([...(ofText.headers(undefined, { b3: '0' }) as Map<unknown, unknown>)]).to.deep.equal([['b3', '0']]);
  });

  it('remembers no more names than formats have', () => {
    const writer = new HeaderWriter(new Producer(options));
    const names = Array.from({ length: 100 }, (_, index) => `name-${index}`);
    const written = Object.fromEntries(names.map((name) => [name, 'v']));
    const [first, second] = [1, 2].map(() => [...(writer.headers(undefined, written) as Map<Buffer, Buffer>)]);
    const shared = (first ?? []).filter(([, value], index) => second?.[index]?.[1] === value);
    expect(shared).to.have.length(32);
    expect(texts(new Map(second))).to.deep.equal(Object.entries(written));
  });
});
