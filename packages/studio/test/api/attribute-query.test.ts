import { expect } from 'chai';
import fc from 'fast-check';
import { parseAttributeQuery, type AttributeCondition } from '../../src/api/attribute-query.ts';
import { HttpError } from '../../src/http/exchange.ts';

/** As somebody writes it who puts quotes around everything, or only around what needs them. */
const writings: readonly ((term: string) => string)[] = [
  (term) => `"${term.replaceAll(/["\\]/g, '\\$&')}"`,
  (term) => (/^[^\s"=]+$/.test(term) ? term : `"${term.replaceAll(/["\\]/g, '\\$&')}"`),
];

/** Texts in which what the language is made of comes often. */
const term = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', '.', '=', '"', '\\', ' ', '\n', 'é', '\u2028') }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('exists', 'messaging.destination.name', 'a b', 'a"b', '"'),
);
const condition: fc.Arbitrary<AttributeCondition> = fc.record({ key: term, value: term }, { requiredKeys: ['key'] });

const refusal = (query: string): string => {
  try {
    parseAttributeQuery(query);
  } catch (error) {
    expect(error).to.be.instanceOf(HttpError);
    expect((error as HttpError).status).to.equal(400);
    return (error as HttpError).message;
  }
  return 'none';
};

describe('a query for attributes', () => {
  it('is read as the conditions that it was written of, however they are quoted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(condition, fc.constantFrom(...writings), fc.stringMatching(/^\s{1,3}$/)), { maxLength: 20 }),
        (written) => {
          const query = written
            .map(([{ key, value }, write, space]) =>
              value === undefined ? `${write(key)}${space}exists${space}` : `${write(key)}=${write(value)}${space}`,
            )
            .join('');
          expect(parseAttributeQuery(query)).to.deep.equal(written.map(([told]) => told));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is read or refused with a sentence, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '=', '"', '\\', ' ', 'exists', ' exists') }), (query) => {
        const told = refusal(query);
        expect(told).to.match(/^none$|^[^]{20,200}\.$/);
        if (told === 'none') expect(parseAttributeQuery(` ${query} `)).to.deep.equal(parseAttributeQuery(query));
      }),
      { numRuns: 2_000 },
    );
  });

  for (const [query, conditions] of [
    ['', []],
    ['  ', []],
    ['a=b', [{ key: 'a', value: 'b' }]],
    ['url.full=/orders?id=7', [{ key: 'url.full', value: '/orders?id=7' }]],
    ['a exists exists=1', [{ key: 'a' }, { key: 'exists', value: '1' }]],
    ['a=""', [{ key: 'a', value: '' }]],
    [String.raw`a="x \"y\" \\ z"`, [{ key: 'a', value: String.raw`x "y" \ z` }]],
    ['"a b"="c d"\te   exists', [{ key: 'a b', value: 'c d' }, { key: 'e' }]],
  ] as const) {
    it(`reads ${JSON.stringify(query)}`, () => {
      expect(parseAttributeQuery(query)).to.deep.equal(conditions);
    });
  }

  for (const [query, told] of [
    ['orders', 'orders is no condition: write orders=value, orders="a value", or orders exists.'],
    ['a:b', 'a:b is no condition: write a:b=value, a:b="a value", or a:b exists.'],
    ['a=1 and b=2', 'and is no condition: write and=value, and="a value", or and exists.'],
    ['a=', 'a= has no value: write a="" for an empty one, or a exists for any.'],
    ['=b', 'Before =b there is no key: write key=value, messaging.destination.name=orders say.'],
    ['a = b', 'Write a=value without spaces around the equals sign.'],
    ['a= b', 'Write a=value without spaces around the equals sign.'],
    ['a="b', 'The quote that opens at "b is not closed: end it with another ".'],
    ['"a=b', 'The quote that opens at "a=b is not closed: end it with another ".'],
    ['a="b"c', 'Behind the closing quote of a="b" there must be a space, and then the next condition.'],
    ['a=b"c"', String.raw`A quote inside a=b"c" needs quotes around the whole: write key="a \"value\"".`],
    ['a"b"=c', String.raw`A quote inside a"b"=c needs quotes around the whole: write key="a \"value\"".`],
    [
      `${'k'.repeat(100)} and`,
      `${'k'.repeat(32)}… is no condition: write ${'k'.repeat(32)}…=value, ${'k'.repeat(32)}…="a value", or ${'k'.repeat(32)}… exists.`,
    ],
    [
      `${'k'.repeat(100)}=`,
      `${'k'.repeat(32)}… has no value: write ${'k'.repeat(32)}…="" for an empty one, or ${'k'.repeat(32)}… exists for any.`,
    ],
    ['a=1 '.repeat(21), 'There are more than 20 conditions: leave some out.'],
  ] as const) {
    it(`refuses ${JSON.stringify(query.slice(0, 20))} with what to write instead`, () => {
      expect(refusal(query)).to.equal(told);
    });
  }
});
