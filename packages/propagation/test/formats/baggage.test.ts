import { type Baggage, ROOT_CONTEXT, baggageEntryMetadataFromString, defaultTextMapGetter, propagation } from '@opentelemetry/api';
import { W3CBaggagePropagator } from '@opentelemetry/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { formatBaggage, parseBaggage } from '../../src/formats/baggage.ts';

const official = new W3CBaggagePropagator();

function officialParse(baggage: string): Baggage | undefined {
  return propagation.getBaggage(official.extract(ROOT_CONTEXT, { baggage }, defaultTextMapGetter));
}

function plain(baggage: Baggage | undefined): unknown {
  return baggage?.getAllEntries().map(([key, entry]) => [key, entry.value, entry.metadata?.toString()]);
}

function baggageOf(...entries: (readonly [string, string])[]): Baggage {
  return entries.reduce((baggage, [key, value]) => baggage.setEntry(key, { value }), propagation.createBaggage());
}

const keys = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((key) => key.trim() === key && key.isWellFormed() && !/^\d+$/.test(key));
const values = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((value) => value.isWellFormed());
const baggages = fc
  .uniqueArray(fc.tuple(keys, values), { minLength: 1, maxLength: 30, selector: ([key]) => key })
  .map((entries) => baggageOf(...entries));

describe('baggage', () => {
  it('reads back what it writes: any key and value', () => {
    fc.assert(fc.property(baggages, (baggage) => void expect(plain(parseBaggage(formatBaggage(baggage)))).to.deep.equal(plain(baggage))));
  });

  it('writes what OpenTelemetry reads as the same entries, but for empty values, which it drops', () => {
    fc.assert(
      fc.property(baggages, (baggage) => {
        const rest = baggage.removeEntries(
          '__proto__',
          ...baggage.getAllEntries().flatMap(([key, { value }]) => (value === '' ? [key] : [])),
        );
        expect(plain(officialParse(formatBaggage(rest))) ?? []).to.deep.equal(plain(rest));
      }),
    );
  });

  it('reads what OpenTelemetry reads from any list whose values are not empty and whose percent signs are good', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abcXYZ019.-_+ %41%20%C3%A9'.match(/%..|./g)!), minLength: 1, maxLength: 8 });
    const member = fc.oneof(
      fc.tuple(word, word).map(([key, value]) => `${key}=${value}`),
      fc.tuple(word, word, word).map((parts) => `${parts[0]} = ${parts[1]};${parts[2]}`),
      fc.constantFrom('', 'noequals', '=x', ' =x', ';', 'k=;p'),
    );
    fc.assert(
      fc.property(fc.array(member, { maxLength: 12 }), (members) => {
        const text = members.join(',');
        const theirs = officialParse(text);
        const ours = parseBaggage(text);
        const filled = ours?.removeEntries(...ours.getAllEntries().flatMap(([key, { value }]) => (value === '' ? [key] : [])));
        const decodable = !members.some((one) => broken(one));
        if (decodable && !hasEmptyOverride(members)) expect(plain(filled) ?? []).to.deep.equal(plain(theirs) ?? []);
      }),
      { numRuns: 3000 },
    );
  });

  it('keeps + as it is, and writes %20 and %2B (interop 2)', () => {
    expect(plain(parseBaggage('a=1+2'))).to.deep.equal([['a', '1+2', undefined]]);
    expect(formatBaggage(baggageOf(['sum', '1+2 (x)'], ['né', 'café']))).to.equal('sum=1%2B2%20%28x%29,n%C3%A9=caf%C3%A9');
  });

  it('writes a name that is a token as it is, which Go and Java do not decode, but for + and % (B37)', () => {
    const written = (key: string): string => formatBaggage(baggageOf([key, '#&']));
    expect(written("a!#$&'*-.^_`|~9")).to.equal("a!#$&'*-.^_`|~9=%23%26");
    expect(written('cost+tax')).to.equal('cost%2Btax=%23%26');
    expect(written('100%23/(x)')).to.equal('100%2523%2F%28x%29=%23%26');
  });

  it('keeps empty values, bytes that are no UTF-8 as U+FFFD, and percent signs that mean nothing (3.8)', () => {
    expect(plain(parseBaggage('e=,bad=%E4%B8,p=100%,q=%zz%41'))).to.deep.equal([
      ['e', '', undefined],
      ['bad', '\uFFFD', undefined],
      ['p', '100%', undefined],
      ['q', '%zzA', undefined],
    ]);
    expect(officialParse('e=')).to.equal(undefined);
    expect(officialParse('p=100%')).to.equal(undefined);
  });

  it('treats __proto__ as a key like any other (3.8)', () => {
    expect(plain(parseBaggage('__proto__=x'))).to.deep.equal([['__proto__', 'x', undefined]]);
  });

  it('lets the last of equal keys win', () => expect(plain(parseBaggage('k=1,k=2'))).to.deep.equal([['k', '2', undefined]]));

  it('keeps properties, and writes none that would break the list (B30)', () => {
    const round = formatBaggage(parseBaggage('k=v;p=1;q')!);
    expect(round).to.equal('k=v;p=1;q');
    const hostile = propagation.createBaggage({ k: { value: 'v', metadata: baggageEntryMetadataFromString('p=1,evil=2') } });
    expect(formatBaggage(hostile)).to.equal('k=v');
  });

  it('writes at most 64 members and 8192 characters, whole members only (3.7)', () => {
    const many = baggageOf(...Array.from({ length: 100 }, (_, index) => [`k${index}x`, 'v'] as const));
    expect(formatBaggage(many).split(',')).to.have.length(64);
    const large = formatBaggage(baggageOf(['a', 'x'.repeat(8000)], ['b', 'y'.repeat(300)], ['c', 'z'.repeat(100)]));
    expect(large.length).to.be.at.most(8192);
    expect(plain(parseBaggage(large))).to.deep.equal([
      ['a', 'x'.repeat(8000), undefined],
      ['c', 'z'.repeat(100), undefined],
    ]);
  });

  it('reads at most 64 members and 8192 characters, never a part of one', () => {
    expect(parseBaggage(Array.from({ length: 200 }, (_, index) => `k${index}=v`).join(','))?.getAllEntries()).to.have.length(64);
    expect(plain(parseBaggage(`a=1,b=${'x'.repeat(8190)}`))).to.deep.equal([['a', '1', undefined]]);
  });

  it('writes half a surrogate as U+FFFD and leaves out what is no entry', () => {
    const odd = baggageOf(['k', '\uD800'], [' ', 'blank key']).setEntry('n', { value: 1 as unknown as string });
    expect(formatBaggage(odd)).to.equal('k=%EF%BF%BD');
    expect(formatBaggage(propagation.createBaggage())).to.equal('');
  });
});

function broken(member: string): boolean {
  const pair = member.split(';')[0] ?? '';
  try {
    decodeURIComponent(pair);
    return false;
  } catch {
    return true;
  }
}

/** OpenTelemetry ignores `k=`, here it is an entry, which may replace an earlier one of the same key. */
function hasEmptyOverride(members: readonly string[]): boolean {
  return members.some((member) => /^[^;]*=\s*(;|$)/.test(member));
}
