import { expect } from 'chai';
import { AttributeCache } from '../../src/telemetry/attribute-cache.ts';
import { Operation } from '../../src/telemetry/semconv.ts';

describe('AttributeCache', () => {
  function counting(): { readonly cache: AttributeCache; readonly made: () => number } {
    let made = 0;
    return {
      cache: new AttributeCache((operation, topic) => ({ operation: operation.name, topic: topic ?? 'none', made: ++made })),
      made: () => made,
    };
  }

  it('builds attributes once per operation and topic', () => {
    const { cache, made } = counting();
    const identity = {};
    const first = cache.get(Operation.send, 'orders', identity);
    expect(cache.get(Operation.send, 'orders', identity)).to.equal(first);
    expect(cache.get(Operation.process, 'orders', identity)).to.include({ operation: 'process' });
    expect(cache.get(Operation.send, undefined, identity)).to.include({ topic: 'none' });
    expect(made()).to.equal(3);
  });

  it('builds them again when the client’s identity changes', () => {
    const { cache } = counting();
    const before = cache.get(Operation.send, 'orders', {});
    expect(cache.get(Operation.send, 'orders', {})).to.not.equal(before);
  });

  it('clears itself instead of growing with ever more topics', () => {
    const { cache, made } = counting();
    const identity = {};
    for (let topic = 0; topic <= 1_000; topic++) cache.get(Operation.send, String(topic), identity);
    cache.get(Operation.send, '1000', identity);
    expect(made()).to.equal(1_001);
    cache.get(Operation.send, '0', identity);
    expect(made()).to.equal(1_002);
  });
});
