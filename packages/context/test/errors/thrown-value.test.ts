import { expect } from 'chai';
import { errorClass, errorMessage } from '../../src/errors/thrown-value.ts';

const trap = (): never => {
  throw new Error('trap');
};

describe('a thrown value', () => {
  it('has the name of its class as error.type, and _OTHER when that name is a sentence, empty or missing', () => {
    const named = (name: unknown): Error => Object.assign(new Error('x'), { name });
    expect(
      [new RangeError('x'), named('HttpError'), named('Order 7 is gone'), named(''), named(7), 'text', undefined].map(errorClass),
    ).to.deep.equal(['RangeError', 'HttpError', '_OTHER', '_OTHER', '_OTHER', '_OTHER', '_OTHER']);
  });

  it('has the message of any object with a message, and otherwise its text', () => {
    expect(
      [new Error('gone'), { status: 'error', message: 'Order 7 is gone' }, { message: 7 }, 'text', null].map(errorMessage),
    ).to.deep.equal(['gone', 'Order 7 is gone', '[object Object]', 'text', 'null']);
  });

  it('has an error.type even when its properties throw', () => {
    const hostile: unknown = new Proxy({}, { get: trap, getPrototypeOf: trap, has: trap });
    expect(errorClass(hostile)).to.equal('_OTHER');
    expect(errorMessage(hostile)).to.equal('a value that has no text form was thrown');
  });
});
