import { expect } from 'chai';
import { errorClass, errorMessage } from '../../src/errors/thrown-value.ts';

const trap = (): never => {
  throw new Error('trap');
};

describe('a thrown value', () => {
  it('has the name of its class as type, and _OTHER where the name is a sentence, empty, or no class has it', () => {
    const named = (name: unknown): Error => Object.assign(new Error('x'), { name });
    expect(
      [new RangeError('x'), named('HttpError'), named('Order 7 is gone'), named(''), named(7), 'text', undefined].map(errorClass),
    ).to.deep.equal(['RangeError', 'HttpError', '_OTHER', '_OTHER', '_OTHER', '_OTHER', '_OTHER']);
  });

  it('has the message of any object that has one, as frameworks throw them, and else its text', () => {
    expect(
      [new Error('gone'), { status: 'error', message: 'Order 7 is gone' }, { message: 7 }, 'text', null].map(errorMessage),
    ).to.deep.equal(['gone', 'Order 7 is gone', '[object Object]', 'text', 'null']);
  });

  it('that cannot be looked at is named all the same', () => {
    const hostile: unknown = new Proxy({}, { get: trap, getPrototypeOf: trap, has: trap });
    expect(errorClass(hostile)).to.equal('_OTHER');
    expect(errorMessage(hostile)).to.equal('a value that has no text form was thrown');
  });
});
