import { createRequire } from 'node:module';
import { ROOT_CONTEXT, propagation as api, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import fc from 'fast-check';
import { kafkaPropagation } from '../../src/propagation/kafka-propagation.ts';
import { entriesOf, shapes } from './header-shapes.ts';
import { remote, spanA, spanB, traceA, traceB } from '../trace-context.ts';

// kafkajs' own encoder and decoder of records: what they accept is what a producer accepts.
const require = createRequire(import.meta.url);
const encode = require('kafkajs/src/protocol/recordBatch/record/v0/index.js');
const decode = require('kafkajs/src/protocol/recordBatch/record/v0/decoder.js');
const Decoder = require('kafkajs/src/protocol/decoder.js');

function throughKafkajs(headers: unknown): Record<string, unknown> {
  const { buffer } = encode({ key: null, value: Buffer.from('v'), headers });
  const decoder = new Decoder(buffer);
  decoder.readVarInt();
  return decode(decoder, { firstOffset: '0', firstTimestamp: '0', magicByte: 2 }).headers;
}

const propagation = kafkaPropagation({ inject: ['b3'], origin: false });
const context = trace.setSpanContext(ROOT_CONTEXT, remote(traceB, spanB));
const injection = propagation.injection(context, 't');
const fresh: [string, unknown] = ['b3', `${traceB}-${spanB}-1`];
const stale: readonly (readonly [string, unknown])[] = [
  ['B3', `${traceA}-${spanA}-1`],
  ['TraceParent', `00-${traceA}-${spanA}-01`],
  ['tracestate', 'a=1'],
  ['X-B3-TraceId', traceA],
  ['x-b3-spanid', spanA],
  ['X-B3-ParentSpanId', spanA],
  ['X-B3-Sampled', '1'],
  ['X-B3-Flags', '1'],
  ['uber-trace-id', `${traceA}:${spanA}:0:1`],
  ['uberctx-user', 'x'],
  ['Jaeger-Baggage', 'a=1'],
  ['sw8', '1-------'],
  ['sw8-correlation', ''],
  ['sw8-x', '0'],
  ['baggage', 'a=1'],
  ['tracelink-origin', `00-${traceA}-${spanA}-01`],
  ['tracelink-trace', 'hops=3;since=1'],
  ['Tracelink-Relation', 'link'],
];

describe('written headers', () => {
  for (const [shape, make] of shapes) {
    it(`replace every variant of every known trace header in ${shape} and keep the rest (3.11, 3.14, B8)`, () => {
      const before = make([['first', 'x'], ...stale, ['last', Buffer.from('y')]]);
      const copy = structuredClone(entriesOf(before));
      const after = injection.into(before);
      expect(entriesOf(after)).to.deep.equal([['first', 'x'], ['last', 'y'], fresh]);
      expect(entriesOf(before), 'the caller’s headers').to.deep.equal(copy);
      expect(after).to.not.equal(before);
    });

    it(`leave frozen ${shape} alone, also when it is shared by many messages (3.15, B6)`, () => {
      const headers = Object.freeze(make([['a', '1']]) as object);
      const other = propagation.injection(trace.setSpanContext(ROOT_CONTEXT, remote(traceA, spanA)), 't');
      expect(entriesOf(injection.into(headers))).to.deep.equal([['a', '1'], fresh]);
      expect(entriesOf(other.into(headers))).to.deep.equal([
        ['a', '1'],
        ['b3', `${traceA}-${spanA}-1`],
      ]);
    });
  }

  it('make a record where there are none', () => {
    for (const none of [undefined, null]) expect(injection.into(none)).to.deep.equal({ b3: fresh[1] });
  });

  it('stand in single-key objects in an empty array, as librdkafka’s bindings want them', () => {
    expect(injection.into([])).to.deep.equal([{ b3: fresh[1] }]);
  });

  it('do not change a header that is called "key"', () => {
    expect(injection.into([{ key: 'v' }])).to.deep.equal([{ key: 'v' }, { b3: fresh[1] }]);
  });

  it('keep the other members of an object that holds several headers', () => {
    expect(injection.into([{ b3: 'x', a: '1' }, { a: '2' }])).to.deep.equal([{ a: '1' }, { a: '2' }, { b3: fresh[1] }]);
  });

  for (const bad of [7, 'text', true, Buffer.from('x'), Symbol('x')]) {
    it(`are not written into ${typeof bad} ${Object.prototype.toString.call(bad)}: the client shall report it`, () => {
      expect(injection.into(bad)).to.equal(bad);
    });
  }

  it('are not written into headers that throw', () => {
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
      },
    );
    expect(injection.into(hostile)).to.equal(hostile);
  });

  it('pass kafkajs’ encoder with a header that is undefined, which kafkajs alone rejects (B23)', () => {
    expect(() => throughKafkajs({ a: undefined })).to.throw(TypeError);
    expect(entriesOf(throughKafkajs(injection.into({ a: undefined, b: '1' })))).to.deep.equal([['b', '1'], fresh]);
  });

  it('leave other values that kafkajs rejects to kafkajs', () => {
    for (const bad of [null, 7, true, {}, [undefined]]) expect(() => throughKafkajs(injection.into({ a: bad }))).to.throw(TypeError);
  });

  it('pass kafkajs’ encoder with a header named __proto__', () => {
    const headers: Record<string, string> = JSON.parse('{"__proto__": "x", "constructor": "y"}');
    const after = injection.into(headers);
    expect(Object.getPrototypeOf(after)).to.equal(Object.prototype);
    const { buffer } = encode({ key: null, value: Buffer.from('v'), headers: after });
    expect(buffer.includes('__proto__')).to.equal(true);
    expect(entriesOf(after)).to.deep.equal([['__proto__', 'x'], ['constructor', 'y'], fresh]);
  });

  it('keep repeats of the application’s own headers', () => {
    expect(injection.into({ a: ['1', Buffer.from('2')] })).to.deep.equal({ a: ['1', Buffer.from('2')], b3: fresh[1] });
  });

  describe('beside a baggage header of the caller', () => {
    it('let it stay on a new message without baggage of the context', () => {
      expect(injection.into({ baggage: 'mine=1' })).to.deep.include({ baggage: 'mine=1' });
    });

    it('replace it when the context has baggage', () => {
      const withBaggage = api.setBaggage(context, api.createBaggage({ ours: { value: '1' } }));
      expect(propagation.injection(withBaggage, 't').into({ Baggage: 'mine=1' })).to.deep.equal({ b3: fresh[1], baggage: 'ours=1' });
    });

    it('remove it from a forwarded message, which carries a creation context', () => {
      expect(injection.into({ baggage: 'stale=1', b3: `${traceA}-${spanA}-1` })).to.deep.equal({ b3: fresh[1] });
    });

    it('remove it where baggage must not go', () => {
      for (const outbound of ['trace', 'none'] as const) {
        const held = kafkaPropagation({ inject: ['b3'], outbound })
          .injection(context, 't')
          .into({ baggage: 'mine=1' });
        expect(held).to.not.have.property('baggage');
      }
    });
  });

  it('are read back by the same propagation, from every shape and any other headers', () => {
    const headers = fc.array(fc.tuple(fc.string(), fc.oneof(fc.string(), fc.uint8Array())));
    fc.assert(
      fc.property(headers, fc.constantFrom(...shapes), (entries, [, make]) => {
        expect(propagation.creationContext(injection.into(make(entries)))).to.deep.equal(remote(traceB, spanB));
      }),
    );
  });
});
