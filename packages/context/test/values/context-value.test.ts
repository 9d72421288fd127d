import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { contextValue } from '@tracelink/context';
import { expect } from 'chai';

describe('contextValue', () => {
  const manager = new AsyncLocalStorageContextManager().enable();

  before(() => context.setGlobalContextManager(manager));
  after(() => context.disable());

  it('is the default where nothing was set, and undefined without a default', () => {
    expect(contextValue('tenant', { default: 'none' }).get()).to.equal('none');
    expect(contextValue('tenant').get()).to.equal(undefined);
  });

  it('is set inside the function and after an await, and not outside', async () => {
    const tenant = contextValue<string>('tenant');
    const seen = await tenant.with('acme', async () => {
      await Promise.resolve();
      return tenant.get();
    });
    expect(seen).to.equal('acme');
    expect(tenant.get()).to.equal(undefined);
  });

  it('returns what the function returns and throws what it throws', () => {
    const tenant = contextValue<string>('tenant');
    const error = new Error('no');
    expect(tenant.with('acme', () => 7)).to.equal(7);
    expect(() =>
      tenant.with('acme', () => {
        throw error;
      }),
    ).to.throw(error);
    expect(tenant.get()).to.equal(undefined);
  });

  it('is set on a copy of the context', () => {
    const tenant = contextValue<string>('tenant');
    const changed = tenant.set(ROOT_CONTEXT, 'acme');
    expect(tenant.get(changed)).to.equal('acme');
    expect(tenant.get(ROOT_CONTEXT)).to.equal(undefined);
  });

  it('keeps values that share a description apart', () => {
    const one = contextValue<number>('id');
    const other = contextValue<number>('id');
    expect(other.get(one.set(ROOT_CONTEXT, 1))).to.equal(undefined);
  });

  it('keeps two interleaved tasks apart', async () => {
    const tenant = contextValue<string>('tenant');
    const task = (name: string) =>
      tenant.with(name, async () => {
        for (let turn = 0; turn < 10; turn++) await Promise.resolve();
        return tenant.get();
      });
    expect(await Promise.all([task('a'), task('b')])).to.deep.equal(['a', 'b']);
  });

  it('has its default, and the function runs, when no context manager is registered', () => {
    context.disable();
    try {
      const tenant = contextValue('tenant', { default: 'none' });
      expect(tenant.with('acme', () => tenant.get())).to.equal('none');
    } finally {
      context.setGlobalContextManager(manager);
    }
  });
});
