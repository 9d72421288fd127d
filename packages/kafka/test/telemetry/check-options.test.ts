import { kafkaPropagation } from '@tracelink/propagation';
import { expect } from 'chai';
import { KafkaTracingError } from '../../src/core/kafka-tracing-error.ts';
import { wrapConsumer } from '../../src/consumer/wrap-consumer.ts';
import { wrapProducer } from '../../src/producer/wrap-producer.ts';
import { StubConsumer } from '../support/stubs/stub-consumer.ts';
import { StubProducer } from '../support/stubs/stub-producer.ts';

function errorOf(run: () => unknown): KafkaTracingError {
  try {
    run();
  } catch (error) {
    expect(error).to.be.instanceOf(KafkaTracingError);
    return error as KafkaTracingError;
  }
  throw new Error('nothing was thrown');
}

describe('wrapping', () => {
  const wrapping = (options: unknown) => () => wrapProducer(new StubProducer(), options as never);

  it('rejects a value that is no producer', () => {
    for (const nothing of [undefined, null, {}, 'producer', { send: 1 }, { send: () => {} }, new StubConsumer()]) {
      const error = errorOf(() => wrapProducer(nothing as never));
      expect(error.code).to.equal('not_a_client');
      expect(error.message).to.contain('[not_a_client] wrapProducer takes a producer');
    }
  });

  it('rejects unknown options by name, and lists the known ones', () => {
    const error = errorOf(wrapping({ createSpan: true }));
    expect(error.code).to.equal('unknown_option');
    expect(error.message).to.contain('"createSpan"').and.contain('createSpans');
    // An option of consumers only.
    expect(errorOf(wrapping({ groupId: 'g' })).code).to.equal('unknown_option');
    expect(errorOf(() => wrapConsumer(new StubConsumer(), { createSpans: true } as never)).code).to.equal('unknown_option');
  });

  it('rejects invalid values, and says which are valid', () => {
    const bad: readonly (readonly [string, unknown])[] = [
      ['relation', 'child'],
      ['semconv', '1.46'],
      ['messageKey', 'yes'],
      ['createSpans', 1],
      ['existingContext', 'link'],
      ['agentContext', 'ours'],
      ['onSend', {}],
      ['clientId', ''],
      ['clientId', 7],
      ['tracerProvider', {}],
      ['meterProvider', null],
      ['propagation', { extract: () => {} }],
      ...(['extract', 'creationContext', 'droppedContexts', 'kept', 'injection'] as const).map(
        (method) => ['propagation', { ...kafkaPropagation(), [method]: undefined }] as const,
      ),
      ['topics', 'orders'],
      ['topics', { orders: null }],
      ['topics', { orders: { relation: 'child' } }],
      ['topics', { orders: { template: 'x' } }],
      ['topics', { orders: { destinationTemplate: '' } }],
    ];
    for (const [name, value] of bad) {
      const error = errorOf(wrapping({ [name]: value }));
      expect([error.code, error.name], name).to.deep.equal(['invalid_option', 'KafkaTracingError']);
      expect(error.message).to.match(new RegExp(`"${name}" is .*: it must be `));
    }
    for (const value of [-1, 1.5, NaN, Infinity, '5']) {
      expect(errorOf(() => wrapConsumer(new StubConsumer(), { linkLimit: value as number })).message).to.contain('0 or more');
    }
    for (const limits of [{ maxHops: 0 }, { maxHops: -1 }, { maxAge: NaN }, { hops: 1 }, 3, null]) {
      expect(errorOf(() => wrapConsumer(new StubConsumer(), { traceLimits: limits as never })).code).to.equal('invalid_option');
    }
  });

  it('rejects options that are no object', () => {
    for (const options of [null, 'x', 7]) expect(errorOf(wrapping(options)).code).to.equal('invalid_option');
  });

  it('accepts options that are undefined', () => {
    expect(wrapping({ createSpans: undefined, semconv: undefined, relation: undefined })).to.not.throw();
  });

  it('throws errors that are distinguishable, also across copies of the package', () => {
    expect(new Error('other')).to.not.be.instanceOf(KafkaTracingError);
    expect(KafkaTracingError[Symbol.hasInstance](null)).to.equal(false);
    expect({ [Symbol.for('@tracelink/kafka.KafkaTracingError')]: true }).to.be.instanceOf(KafkaTracingError);
  });
});
