import { propagation as globalPropagation } from '@opentelemetry/api';
import { B3Propagator } from '@opentelemetry/propagator-b3';
import { isUndecided, kafkaPropagation, type KafkaPropagation } from '@tracelink/propagation';
import { expect } from 'chai';

const [traceA, spanA, traceB, spanB] = ['a'.repeat(32), 'a'.repeat(16), 'b'.repeat(32), 'b'.repeat(16)];
const open = `${traceA}-${spanA}`;

describe('isUndecided', () => {
  const trusted = kafkaPropagation({ inject: ['b3'], extract: ['b3', 'w3c'] });
  const linked = kafkaPropagation({ inject: ['b3'], extract: ['b3', 'w3c'], trust: 'link' });

  it('is false of contexts of a trusted topic, sampled or not', () => {
    for (const b3 of [`${open}-1`, `${open}-0`, `${open}-d`])
      expect(decisions(trusted, { b3: Buffer.from(b3) }), b3).to.deep.equal([false]);
    expect(decisions(trusted, { b3: `${open}-1`, traceparent: `00-${traceB}-${spanB}-01` })).to.deep.equal([false, false]);
  });

  it('is true of contexts of a topic that is trusted for links alone, those of other formats, too', () => {
    expect(decisions(linked, { b3: Buffer.from(`${open}-1`) })).to.deep.equal([true]);
    expect(decisions(linked, { b3: `${open}-1`, traceparent: `00-${traceB}-${spanB}-01` })).to.deep.equal([true, true]);
  });

  it('is true where the sender left the decision open, whichever way headers are read', () => {
    const global = kafkaPropagation();
    globalPropagation.setGlobalPropagator(new B3Propagator());
    try {
      for (const propagation of [trusted, global])
        for (const headers of [{ b3: Buffer.from(open) }, { B3: [open] }, [['b3', open]]]) {
          expect(decisions(propagation, headers)).to.deep.equal([true]);
          expect(isUndecided(propagation.creationContext(headers)!)).to.equal(true);
        }
    } finally {
      globalPropagation.disable();
    }
  });
});

/** Whether the contexts of these headers are undecided: the creation context, and those that disagree with it. */
function decisions(propagation: KafkaPropagation, headers: unknown): readonly boolean[] {
  const { creationContext, conflicts } = propagation.extract(headers, 'orders');
  return [creationContext!, ...conflicts].map(isUndecided);
}
