import { expect } from 'chai';
import { KafkaTracingError } from '../../../src/core/kafka-tracing-error.ts';
import { jsonCodec, UndecodableError, type StandardSchema } from '../../../src/subscribe/attempt/codec.ts';

describe('UndecodableError', () => {
  it('is a KafkaTracingError, of which not every other is one', () => {
    expect(new UndecodableError('no')).to.be.instanceOf(KafkaTracingError).and.to.be.instanceOf(UndecodableError);
    expect(new KafkaTracingError('undecodable', 'no')).not.to.be.instanceOf(UndecodableError);
  });
});

describe('jsonCodec', () => {
  const record = { topic: 'orders', partition: 0, key: null, headers: {} };
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  /** Like zod and others: it checks and transforms, synchronously or later. */
  const order: StandardSchema<{ id: string }> = {
    '~standard': {
      version: 1,
      validate(value) {
        const { id } = (value ?? {}) as { id?: unknown };
        if (typeof id === 'string') return { value: { id: id.toUpperCase() } };
        return Promise.resolve({
          issues: [{ message: 'is no text', path: ['id'] }, { message: 'is no order' }, { message: 'deep', path: [{ key: 'a' }, 0] }],
        });
      },
    },
  };

  it('returns the parsed JSON, and null for a tombstone', async () => {
    expect(await jsonCodec().decode(json({ a: [1] }), record)).to.deep.equal({ a: [1] });
    expect(await jsonCodec().decode(null, record)).to.equal(null);
  });

  it('returns what the schema makes of the JSON', async () => {
    expect(await jsonCodec(order).decode(json({ id: 'x' }), record)).to.deep.equal({ id: 'X' });
  });

  it('reports what is wrong with a value, and where', async () => {
    for (const [bytes, message] of [
      [json({ id: 1 }), '[undecodable] The value does not fit its schema: id: is no text; is no order; a.0: deep.'],
      [null, '[undecodable] The value does not fit its schema: id: is no text; is no order; a.0: deep.'],
    ] as const) {
      const error = await refused(jsonCodec(order).decode(bytes, record));
      expect(error).to.be.instanceOf(KafkaTracingError).with.property('message', message);
    }
    expect((await refused(jsonCodec().decode(Buffer.from('{'), record))) as Error)
      .to.have.property('message')
      .that.matches(/^\[undecodable] The value is not JSON: /);
  });

  async function refused(decoded: unknown): Promise<unknown> {
    return Promise.resolve(decoded).then(
      () => undefined,
      (error: unknown) => error,
    );
  }
});
