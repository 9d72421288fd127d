import { type TextMapPropagator, propagation as api } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import { expect } from 'chai';
import { formats } from '../../src/formats/formats.ts';
import { standardPropagator } from '../../src/global/standard-propagator.ts';
import { kafkaPropagation } from '../../src/index.ts';
import { remote, spanA, spanB, traceA, traceB } from '../trace-context.ts';

describe('a standard propagator', () => {
  afterEach(() => api.disable());

  function registered(propagator: TextMapPropagator): ReturnType<typeof standardPropagator> {
    api.disable();
    api.setGlobalPropagator(propagator);
    return standardPropagator();
  }

  it('is one of OpenTelemetry’s own, or a composite of those', () => {
    const { b3, w3c } = formats;
    expect(standardPropagator()).to.equal(undefined);
    expect(registered(new B3Propagator())).to.deep.equal({ reads: [b3], writes: [b3] });
    expect(registered(new W3CTraceContextPropagator())).to.deep.equal({ reads: [w3c], writes: [w3c] });
    const propagators = [new W3CTraceContextPropagator(), new W3CBaggagePropagator(), new B3Propagator()];
    expect(registered(new CompositePropagator({ propagators }))).to.deep.equal({ reads: [w3c, b3], writes: [w3c, b3] });
  });

  it('is none that was extended, wrapped, changed, or writes something else', () => {
    class Own extends B3Propagator {}
    const changed = new B3Propagator();
    changed.extract = (context) => context;
    const around: TextMapPropagator = {
      inject: (...args) => new B3Propagator().inject(...args),
      extract: (...args) => new B3Propagator().extract(...args),
      fields: () => ['b3'],
    };
    const several = new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER });
    for (const propagator of [new Own(), changed, around, several])
      for (const whole of [propagator, new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), propagator] })])
        expect(registered(whole), propagator.constructor.name).to.equal(undefined);
  });

  it('is none that has a name of OpenTelemetry’s and does something else', () => {
    const { B3Propagator: Other, W3CBaggagePropagator: Baggage } = {
      B3Propagator: class B3Propagator extends Object {
        inject(): void {}
        extract<C>(context: C): C {
          return context;
        }
        fields(): string[] {
          return ['b3'];
        }
      },
      W3CBaggagePropagator: class W3CBaggagePropagator {
        inject(): void {}
        extract<C>(context: C): C {
          return context;
        }
        fields(): string[] {
          return ['x-tenant'];
        }
      },
    };
    expect(registered(new Other())).to.equal(undefined);
    expect(registered(new Baggage())).to.equal(undefined);
  });

  it('is none that throws when it is looked at', () => {
    class B3Propagator {
      inject(): void {
        throw new Error('not now');
      }
      extract<C>(context: C): C {
        return context;
      }
      fields(): string[] {
        return ['b3'];
      }
    }
    expect(registered(new B3Propagator())).to.equal(undefined);
  });

  it('is followed when another one is registered', () => {
    const headers = { b3: Buffer.from(`${traceA}-${spanA}-1`), traceparent: Buffer.from(`00-${traceB}-${spanB}-01`) };
    const propagation = kafkaPropagation();
    api.setGlobalPropagator(new B3Propagator());
    expect(propagation.creationContext({ b3: headers.b3 })).to.deep.equal(remote(traceA, spanA));
    api.disable();
    expect(propagation.creationContext({ b3: headers.b3 })).to.equal(undefined);
    api.setGlobalPropagator(new W3CTraceContextPropagator());
    expect(propagation.creationContext({ b3: headers.b3 })).to.equal(undefined);
    expect(propagation.creationContext({ traceparent: headers.traceparent })).to.deep.equal(remote(traceB, spanB));
  });
});
