import { context, ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { cloneContextWithoutSpan, contextValue } from '@tracelink/context';
import { detachKey, sharedContextValue } from '@tracelink/context/internal';
import { expect } from 'chai';

const whole = sharedContextValue<string>('test.whole.1', { detached: (value) => value });
const part = sharedContextValue<readonly string[]>('test.part.1', { detached: (value) => value.slice(0, 1) });
const staying = sharedContextValue<string>('test.staying.1');

function detachedFrom(from: Context): Context {
  return context.with(from, () => cloneContextWithoutSpan());
}

describe('a value of a package of ours', () => {
  before(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  after(() => context.disable());

  it('goes along into detached work, and that of detached work, as it says', () => {
    const caller = staying.set(part.set(whole.set(ROOT_CONTEXT, 'a'), ['b', 'c']), 'd');
    for (const detached of [detachedFrom(caller), detachedFrom(detachedFrom(caller))])
      expect([whole.get(detached), part.get(detached), staying.get(detached)]).to.deep.equal(['a', ['b'], undefined]);
    expect(part.get(caller)).to.deep.equal(['b', 'c']);
  });

  it('is set as any other, and absent in detached work where it was not set', () => {
    const tenant = contextValue<string>('tenant', { detached: true });
    expect(whole.set(ROOT_CONTEXT, 'a').getValue(Symbol.for('test.whole.1'))).to.equal('a');
    const detached = detachedFrom(tenant.set(ROOT_CONTEXT, 'acme'));
    expect([tenant.get(detached), whole.get(detached)]).to.deep.equal(['acme', undefined]);
  });

  it('may be a value that is set by another library', () => {
    const key = Symbol.for('test.other.1');
    detachKey(key, (value) => value);
    expect(detachedFrom(ROOT_CONTEXT.setValue(key, 'd')).getValue(key)).to.equal('d');
  });
});
