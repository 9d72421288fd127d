import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { cloneContext, currentSignal, setSignal, throwIfAborted, withSignal } from '@tracelink/context';
import { expect } from 'chai';

describe('withSignal', () => {
  before(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  after(() => context.disable());

  it('sets the current signal inside, also after an await, and not outside', async () => {
    const { signal } = new AbortController();
    const seen = await withSignal(signal, async () => {
      await Promise.resolve();
      return currentSignal();
    });
    expect(seen).to.equal(signal);
    expect(currentSignal()).to.equal(undefined);
  });

  it('combines with the outer signal, so that either ends the inner work', () => {
    for (const which of ['outer', 'inner'] as const) {
      const controllers = { outer: new AbortController(), inner: new AbortController() };
      withSignal(controllers.outer.signal, () => {
        withSignal(controllers.inner.signal, () => {
          throwIfAborted();
          controllers[which].abort(new Error(which));
          expect(() => throwIfAborted()).to.throw(which);
        });
        expect(currentSignal()?.aborted).to.equal(which === 'outer');
      });
    }
  });

  it('creates no second signal for one that is current already', () => {
    const { signal } = new AbortController();
    withSignal(signal, () => withSignal(signal, () => expect(currentSignal()).to.equal(signal)));
  });

  it('reads the signal of a holder only when the signal is requested', () => {
    let asked = 0;
    const controller = new AbortController();
    const source = {
      get signal() {
        asked++;
        return controller.signal;
      },
    };
    context.with(setSignal(context.active(), source), () => {
      expect(asked).to.equal(0);
      expect(currentSignal()).to.equal(controller.signal);
      controller.abort(new Error('enough'));
      expect(() => throwIfAborted()).to.throw('enough');
    });
  });

  it('throws nothing where there is no signal', () => {
    throwIfAborted();
  });

  it('does not reach into detached work, which can have a signal of its own', () => {
    const request = new AbortController();
    const own = new AbortController();
    withSignal(request.signal, () => {
      expect(context.with(cloneContext(), currentSignal)).to.equal(undefined);
      expect(context.with(cloneContext({ signal: own.signal }), currentSignal)).to.equal(own.signal);
    });
  });
});
