import { expect } from 'chai';
import { isUnavailable } from '../src/database/database-unavailable.ts';

describe('isUnavailable', () => {
  for (const [what, error, unavailable] of [
    ['a broken connection (08006)', Object.assign(new Error('x'), { code: '08006' }), true],
    ['too many connections (53300)', Object.assign(new Error('x'), { code: '53300' }), true],
    ['a server that shuts down (57P01)', Object.assign(new Error('x'), { code: '57P01' }), true],
    ['a socket that is refused', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), true],
    ['sockets that are refused at each address', new AggregateError([]), true],
    ["the driver's own timeout", new Error('Query read timeout'), true],
    ['a table that there is not (42P01)', Object.assign(new Error('x'), { code: '42P01' }), false],
    ['a mistake in a call to the driver', new TypeError('x'), false],
    ['what is no error', 'x', false],
  ] as const) {
    it(`says ${unavailable ? 'yes' : 'no'} to ${what}`, () => {
      expect(isUnavailable(error)).to.equal(unavailable);
    });
  }
});
