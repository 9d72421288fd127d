import { type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import { expect } from 'chai';
import fc from 'fast-check';
import { emptyContext, layeredOn } from '../../src/values/layered-context.ts';

describe('a layered context', () => {
  const keys = ['a', 'b', 'c'].map((name) => Symbol(name));

  const ground = ROOT_CONTEXT.setValue(keys[0] as symbol, 'below').setValue(keys[1] as symbol, 'below');

  it('answers as the API’s context after any sets and deletes, and does not change its source', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom(...keys), fc.option(fc.nat())), { maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.constantFrom(ROOT_CONTEXT, ground), (given, below) => {
        const start = [layeredOn(below), below] as const;
        const pairs: (readonly [ours: Context, theirs: Context])[] = [start];
        for (const [key, value] of given) {
          const [ours, theirs] = pairs.at(-1) ?? start;
          pairs.push(
            value === null ? [ours.deleteValue(key), theirs.deleteValue(key)] : [ours.setValue(key, value), theirs.setValue(key, value)],
          );
        }
        for (const [ours, theirs] of pairs)
          expect(keys.map((key) => ours.getValue(key))).to.deep.equal(keys.map((key) => theirs.getValue(key)));
      }),
    );
  });

  it('is not laid on another one', () => {
    expect(layeredOn(ROOT_CONTEXT)).to.equal(emptyContext);
    const context = layeredOn(ground);
    expect(layeredOn(context)).to.equal(context);
  });

  it('becomes a plain context of the API before it accumulates replaced values', () => {
    let context = emptyContext;
    for (let index = 0; index < 100; index++) context = context.setValue(keys[0] as symbol, index);
    expect(Object.getPrototypeOf(context)).to.equal(Object.getPrototypeOf(ROOT_CONTEXT));
    expect(context.getValue(keys[0] as symbol)).to.equal(99);
  });
});
