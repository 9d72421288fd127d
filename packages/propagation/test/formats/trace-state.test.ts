import { TraceState } from '@opentelemetry/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { formatTraceState, lazyTraceState } from '../../src/formats/trace-state.ts';
import { charOf } from '../trace-context.ts';

const key = fc.string({ unit: charOf('abz09_-*/'), minLength: 1, maxLength: 12 }).filter((text) => /^[a-z]/.test(text));
const value = fc
  .string({ unit: charOf('aZ 09!~;:'), minLength: 1, maxLength: 20 })
  .filter((text) => !text.endsWith(' ') && !text.startsWith(' '));
const members = fc.uniqueArray(fc.tuple(key, value), { maxLength: 12, selector: ([name]) => name });

describe('tracestate', () => {
  it('agrees with OpenTelemetry on every list within the limits', () => {
    fc.assert(
      fc.property(members, fc.constantFrom(',', ' , ', ',,', ',=,novalue,'), (list, comma) => {
        const text = list.map((pair) => pair.join('=')).join(comma);
        expect(lazyTraceState(text).serialize()).to.equal(new TraceState(text).serialize());
      }),
    );
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(members, (list) => {
        const text = list.map((pair) => pair.join('=')).join(',');
        const state = lazyTraceState(text);
        expect(state.serialize()).to.equal(text);
        for (const [name, held] of list) expect(state.get(name)).to.equal(held);
      }),
    );
  });

  it('puts a changed member to the left, removes, and never changes itself', () => {
    const state = lazyTraceState('a=1,b=2');
    expect(state.set('b', '3').serialize()).to.equal('b=3,a=1');
    expect(state.unset('a').serialize()).to.equal('b=2');
    expect(state.set('Bad Key', 'x')).to.equal(state);
    expect(state.set('c', 'no,comma')).to.equal(state);
    expect(state.serialize()).to.equal('a=1,b=2');
  });

  it('keeps the left of equal keys, the newest, where OpenTelemetry keeps the last (3.4)', () => {
    expect(lazyTraceState('a=1,a=2').serialize()).to.equal('a=1');
    expect(new TraceState('a=1,a=2').serialize()).to.equal('a=2');
  });

  it('accepts a key that begins with a digit, which OpenTelemetry refuses (3.3)', () => {
    expect(lazyTraceState('1a=x').get('1a')).to.equal('x');
    expect(new TraceState('1a=x').get('1a')).to.equal(undefined);
  });

  it('drops members above 128 characters first, then from the right (3.3)', () => {
    const small = Array.from({ length: 20 }, (_, index) => `k${index}=${'v'.repeat(20)}`);
    const long = `long=${'x'.repeat(200)}`;
    expect(lazyTraceState([long, ...small].join(',')).serialize()).to.equal(small.slice(0, 20).join(','));
    const tooMany = Array.from({ length: 30 }, (_, index) => `m${index + 10}=${'v'.repeat(20)}`);
    const kept = lazyTraceState(tooMany.join(',')).serialize();
    expect(kept).to.equal(tooMany.slice(0, 20).join(','));
    expect(kept.length).to.be.at.most(512);
  });

  it('keeps 32 members at most', () => {
    const text = Array.from({ length: 40 }, (_, index) => `k${index}=v`).join(',');
    expect(lazyTraceState(text).serialize().split(',')).to.have.length(32);
  });

  it('writes the state of another library within the limits, and nothing when that throws', () => {
    const other = {
      get: () => undefined,
      set: () => other,
      unset: () => other,
      serialize: (): string => `bad member,a=1,${'b'.repeat(600)}=2`,
    };
    expect(formatTraceState(other)).to.equal('a=1');
    const hostile = {
      ...other,
      serialize: (): string => {
        throw new Error('no');
      },
    };
    expect(formatTraceState(hostile)).to.equal('');
  });
});
