import { expect } from 'chai';
import kafkajs from 'kafkajs';
import { errorMessage, errorType, namingErrors } from '../../src/core/error-type.ts';

// kafkajs defines these by getters, which a named import of CommonJS does not see.
const { KafkaJSConnectionError, KafkaJSNonRetriableError, KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError } = kafkajs;

describe('error.type', () => {
  const protocol = new KafkaJSProtocolError(Object.assign(new Error('not here'), { type: 'NOT_LEADER_FOR_PARTITION', code: 6 }));
  const retried = (cause: Error): Error => new KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 5, retryTime: 1 });

  it('is the broker’s name of the error, also behind exhausted retries (1.8)', () => {
    expect(errorType(protocol)).to.equal('NOT_LEADER_FOR_PARTITION');
    expect(errorType(retried(protocol))).to.equal('NOT_LEADER_FOR_PARTITION');
    expect(errorType(retried(new KafkaJSConnectionError('gone')))).to.equal('KafkaJSConnectionError');
    // kafkajs wraps each error that it does not retry.
    expect(errorType(Object.assign(new KafkaJSNonRetriableError(protocol), { cause: protocol }))).to.equal('NOT_LEADER_FOR_PARTITION');
    expect(errorType(new KafkaJSNonRetriableError('Invalid topic'))).to.equal('KafkaJSNonRetriableError');
  });

  it('is the class name otherwise, never a message, an invented type or an unbounded name (1.8)', () => {
    class OutOfStock extends Error {
      override readonly name = 'OutOfStock';
    }
    expect(errorType(new OutOfStock('order 7'))).to.equal('OutOfStock');
    expect(errorType(Object.assign(new TypeError(), { type: 'order 7' }))).to.equal('TypeError');
    for (const name of ['', 'Order 7 is gone', 'N'.repeat(65), null, {}])
      expect(errorType(Object.assign(new Error('no'), { name }))).to.equal('_OTHER');
  });

  it('is _OTHER for a value that is no error, and never throws', () => {
    const hostile = new Proxy(new Error('x'), { get: () => raise() });
    for (const thrown of [null, undefined, 'text', 7, {}, [], Symbol('s'), Object.create(null), hostile])
      expect(errorType(thrown)).to.equal('_OTHER');
  });

  it('ends at a circular cause', () => {
    const circular = retried(new Error('x'));
    circular.cause = circular;
    expect(errorType(circular)).to.equal('KafkaJSNumberOfRetriesExceeded');
  });

  it('is the name that an adapter finds in an error of its client, which stays as it was (1.8)', async () => {
    const hidden = Object.freeze(Object.assign(new Error('no'), { type: 'ERR_MSG_SIZE_TOO_LARGE' }));
    expect(await rejectionOf(hidden, () => 'MESSAGE_TOO_LARGE')).to.equal(hidden);
    expect(errorType(hidden)).to.equal('MESSAGE_TOO_LARGE');
    expect(errorType(new TypeError('of the application', { cause: hidden }))).to.equal('TypeError');
    expect(await namingErrors(raise, async () => 'value')).to.equal('value');
  });

  it('is the class name when the adapter finds none, or fails', async () => {
    const lost = new TypeError('closed');
    for (const nameOf of [() => undefined, raise]) expect(await rejectionOf(lost, nameOf)).to.equal(lost);
    expect(await rejectionOf('text', () => 'MESSAGE_TOO_LARGE')).to.equal('text');
    expect([lost, 'text'].map(errorType)).to.deep.equal(['TypeError', '_OTHER']);
  });

  it('has a message beside it that is always text', () => {
    expect([new Error('no'), 'text', null, Symbol('s')].map(errorMessage)).to.deep.equal(['no', 'text', 'null', 'Symbol(s)']);
    expect(errorMessage(Object.create(null))).to.equal('a value that has no text form was thrown');
  });
});

function rejectionOf(error: unknown, nameOf: (error: unknown) => string | undefined): Promise<unknown> {
  return namingErrors(nameOf, async () => {
    throw error;
  }).catch((reason: unknown) => reason);
}

function raise(): never {
  throw new Error('hostile');
}
