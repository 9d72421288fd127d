import { expect } from 'chai';
import { kafkaPropagation } from '../../src/propagation/kafka-propagation.ts';
import { shapes } from './header-shapes.ts';
import { remote, spanA, spanB, traceA, traceB } from '../trace-context.ts';

const propagation = kafkaPropagation({ extract: ['b3', 'w3c'] });
const a = `${traceA}-${spanA}-1`;
const b = `${traceB}-${spanB}-1`;

function traceIdOf(headers: unknown): string | undefined {
  return propagation.creationContext(headers)?.traceId;
}

describe('headers of a message', () => {
  for (const [shape, make] of shapes) {
    it(`are read from ${shape}, as text and as bytes (3.16, B13)`, () => {
      for (const value of [b, Buffer.from(b), new Uint8Array(Buffer.from(b))]) {
        expect(
          propagation.creationContext(
            make([
              ['other', 'x'],
              ['b3', value],
            ]),
          ),
        ).to.deep.equal(remote(traceB, spanB));
      }
    });

    it(`are found in any case in ${shape}, and the exact name beats the others (B20)`, () => {
      expect(traceIdOf(make([['B3', b]]))).to.equal(traceB);
      expect(
        traceIdOf(
          make([
            ['b3', b],
            ['B3', a],
          ]),
        ),
      ).to.equal(traceB);
      expect(
        traceIdOf(
          make([
            ['B3', b],
            ['b3', 'broken'],
          ]),
        ),
      ).to.equal(traceB);
    });

    it(`are absent where ${shape} has null, undefined or nothing`, () => {
      for (const value of [null, undefined, '', Buffer.alloc(0)]) expect(traceIdOf(make([['b3', value]]))).to.equal(undefined);
      expect(traceIdOf(make([]))).to.equal(undefined);
    });
  }

  it('that repeat are read by the last valid value, whatever else is among them (3.12, B19, B22)', () => {
    expect(traceIdOf({ b3: [Buffer.from(a), Buffer.from(b)] })).to.equal(traceB);
    expect(traceIdOf({ b3: [b, 'broken', null, undefined, () => a, {}, 7] })).to.equal(traceB);
    expect(
      traceIdOf([
        ['b3', a],
        ['b3', b],
        ['b3', 'broken'],
      ]),
    ).to.equal(traceB);
    expect(traceIdOf({ b3: [() => 'the function that kafkajs delivers for a header named toString', Buffer.from(b)] })).to.equal(traceB);
  });

  it('that repeat without end cost no more than 16 of them', () => {
    expect(traceIdOf({ b3: [b, ...Array<string>(15).fill('broken')] })).to.equal(traceB);
    expect(traceIdOf({ b3: [b, ...Array<string>(16).fill('broken')] })).to.equal(undefined);
  });

  it('beyond 1,024 are read from the end', () => {
    const many = Array.from({ length: 2000 }, (_, index) => [`h${index}`, 'x'] as const);
    for (const [, make] of shapes) {
      expect(traceIdOf(make([...many, ['b3', b]]))).to.equal(traceB);
      expect(traceIdOf(make([['b3', b], ...many]))).to.equal(undefined);
    }
  });

  it('that are too long are not decoded (3.17)', () => {
    expect(traceIdOf({ b3: `${b}${' '.repeat(100)}` })).to.equal(undefined);
    expect(traceIdOf({ traceparent: Buffer.from(`cc-${traceA}-${spanA}-01-${'x'.repeat(70)}`) })).to.equal(traceA);
    expect(traceIdOf({ traceparent: Buffer.from(`cc-${traceA}-${spanA}-01-${'x'.repeat(73)}`) })).to.equal(undefined);
  });

  it('that are not UTF-8 are absent', () => {
    const extraction = propagation.extract(
      { b3: Buffer.from([0xff, 0xfe]), baggage: Buffer.from([0x6b, 0x3d, 0xff]), traceparent: `00-${traceA}-${spanA}-01` },
      't',
    );
    expect(extraction.creationContext?.traceId).to.equal(traceA);
    expect(extraction.baggage).to.equal(undefined);
  });

  it('that are lists stay within their limit together, the last ones first (3.7)', () => {
    const jaeger = kafkaPropagation({ extract: ['w3c', 'jaeger'] });
    const half = `a=${'x'.repeat(5000)}`;
    const baggage = jaeger.extract({ baggage: [half, `b=${'y'.repeat(5000)}`, 'c=1'] }, 't').baggage;
    expect(baggage?.getAllEntries().map(([key]) => key)).to.deep.equal(['b', 'c']);
    const uberctx = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`uberctx-k${index}x`, 'v'] as const));
    expect(jaeger.extract({ ...uberctx, 'jaeger-baggage': 'late=1' }, 't').baggage?.getAllEntries()).to.have.length(64);
    expect(
      jaeger
        .extract({ 'uberctx-a': 'x'.repeat(4000), 'uberctx-b': 'x'.repeat(4000), 'uberctx-c': 'x'.repeat(4000) }, 't')
        .baggage?.getAllEntries(),
    ).to.have.length(2);
    expect(jaeger.extract({ 'uberctx-a': 'x'.repeat(4097) }, 't').baggage).to.equal(undefined);
  });

  it('count only as own members', () => {
    expect(traceIdOf(Object.create({ b3: b }))).to.equal(undefined);
    expect(traceIdOf(JSON.parse(`{"__proto__": {"b3": "${b}"}}`))).to.equal(undefined);
  });

  it('that throw hide no others', () => {
    const hostile = Object.defineProperty({ b3: b } as Record<string, unknown>, 'a', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    expect(traceIdOf(hostile)).to.equal(traceB);
    const item = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
        getOwnPropertyDescriptor: () => {
          throw new Error('no');
        },
      },
    );
    expect(traceIdOf([['b3', b], item, 7, null, Buffer.from('x'), [], [{}, 1]])).to.equal(traceB);
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(traceIdOf(proxy)).to.equal(undefined);
    const detached = new Uint8Array(Buffer.from(b));
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    expect(traceIdOf({ b3: detached })).to.equal(undefined);
  });

  for (const nothing of [undefined, null, 7, 'b3', true, Symbol('b3'), () => b, Buffer.from(b), new Date(), []]) {
    it(`that are ${typeof nothing === 'object' ? Object.prototype.toString.call(nothing) : String(nothing)} say nothing`, () => {
      expect(propagation.extract(nothing, 't').creationContext).to.equal(undefined);
      expect(propagation.creationContext(nothing)).to.equal(undefined);
    });
  }
});
