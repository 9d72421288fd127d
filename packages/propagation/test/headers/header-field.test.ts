import { expect } from 'chai';
import { familyOf, headerFamily, headerField, knownField, namesIn } from '../../src/headers/header-field.ts';

const rule = { limit: 8, text: 'ascii' } as const;

describe('a known header', () => {
  it('is found by its name in any case, and by no other name', () => {
    const field = headerField('test-known', rule);
    for (const name of ['test-known', 'Test-Known', 'TEST-KNOWN']) expect(knownField(name), name).to.equal(field);
    for (const name of ['', 'test-know', 'test-known ', 'xest-known', '\u0174est-known', '__proto__']) {
      expect(knownField(name), name).to.equal(undefined);
    }
    expect(namesIn(field.bit)).to.deep.equal(['test-known']);
  });

  it('is refused when another one has its name', () => {
    headerField('test-twice', rule);
    expect(() => headerField('test-twice', rule)).to.throw('"test-twice" is known already');
  });

  it('is refused when its name has no room in the sets', () => {
    expect(() => headerField(`test-${'x'.repeat(27)}`, rule)).to.throw('has no room');
    expect(knownField('x'.repeat(32))).to.equal(undefined);
  });

  it('belongs to a family by its prefix in any case, when a key follows', () => {
    const family = headerFamily('test-family-', rule);
    for (const name of ['test-family-a', 'Test-Family-']) {
      expect(familyOf(`${name}b`), name).to.equal(family);
    }
    for (const name of ['test-family-', 'test-famil', '', 'est-family-a']) expect(familyOf(name), name).to.equal(undefined);
  });
});
