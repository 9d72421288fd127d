import { expect } from 'chai';
import { SharedWork } from '../../src/core/shared-work.ts';

describe('SharedWork', () => {
  function counted(outcomes: readonly ('fails' | 'succeeds')[]): { readonly shared: SharedWork<number>; readonly runs: () => number } {
    let runs = 0;
    const shared = new SharedWork(async () => {
      await Promise.resolve();
      runs++;
      if (outcomes[runs - 1] === 'fails') throw new Error(`run ${runs}`);
      return runs;
    });
    return { shared, runs: () => runs };
  }

  it('does its work once for all who ask, and not before', async () => {
    const { shared, runs } = counted(['succeeds']);
    expect(shared.begun).to.equal(undefined);
    expect(await Promise.all([shared.get(), shared.get()])).to.deep.equal([1, 1]);
    expect(await shared.get()).to.equal(1);
    expect(await shared.begun).to.equal(1);
    expect(runs()).to.equal(1);
  });

  it('does its work again when it has failed', async () => {
    const { shared } = counted(['fails', 'succeeds']);
    const [one, other] = await Promise.allSettled([shared.get(), shared.get()]);
    expect([one.status, other.status]).to.deep.equal(['rejected', 'rejected']);
    expect(shared.begun).to.equal(undefined);
    expect(await shared.get()).to.equal(2);
  });

  it('does its work again when it was forgotten, and keeps that when the first fails later', async () => {
    const first = Promise.withResolvers<string>();
    const works = [first.promise, Promise.resolve('second')];
    const shared = new SharedWork(() => works.shift() as Promise<string>);
    const refused = shared.get();
    shared.forget();
    const second = shared.get();
    first.reject(new Error('too late'));
    await Promise.allSettled([refused]);
    expect(shared.begun).to.equal(second);
    expect(await shared.get()).to.equal('second');
  });
});
