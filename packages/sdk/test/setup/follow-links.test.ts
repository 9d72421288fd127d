import { ROOT_CONTEXT, trace, TraceFlags, type Link, type SpanContext } from '@opentelemetry/api';
import { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler, TracerProvider, type Sampler } from '@opentelemetry/sdk-trace';
import { kafkaPropagation } from '@tracelink/propagation';
import { followLinks } from '@tracelink/sdk';
import { expect } from 'chai';

const sampled = linkTo({ traceFlags: TraceFlags.SAMPLED });
const unsampled = linkTo({ traceFlags: TraceFlags.NONE });
const invalid = linkTo({ traceFlags: TraceFlags.SAMPLED, traceId: '0'.repeat(32) });
const sampledElsewhere = linkTo({ traceFlags: TraceFlags.SAMPLED, traceId: 'c'.repeat(32) });
const randomId = linkTo({ traceFlags: 0x02 });

const always = new AlwaysOnSampler();
const never = new AlwaysOffSampler();

describe('followLinks', () => {
  const cases: readonly [what: string, sampler: Sampler, links: Link[], expected: boolean][] = [
    ['keeps a root that links to a sampled span', never, [sampled], true],
    ['keeps a root when any of its links is sampled', never, [unsampled, sampled], true],
    ['drops a root whose links are all unsampled', always, [unsampled, unsampled], false],
    ['reads the sampled bit only, not the random-id bit beside it (10.6)', always, [randomId], false],
    ['asks the inner sampler for a root without links: kept', always, [], true],
    ['asks the inner sampler for a root without links: dropped', never, [], false],
    ['passes over a link that is not valid', never, [invalid], false],
    ['passes over a link that is not valid beside one that is', always, [invalid, unsampled], false],
  ];
  for (const [title, inner, links, expected] of cases) {
    it(title, () => {
      expect(isSampled(followLinks(inner), links)).to.equal(expected);
    });
  }

  it('leaves a span with a parent to the inner sampler, whatever it links to', () => {
    const sampler = followLinks(new ParentBasedSampler({ root: always }));
    const withParent = (link: Link) => trace.setSpanContext(ROOT_CONTEXT, link.context);
    expect(isSampled(sampler, [sampled], withParent(unsampled))).to.equal(false);
    expect(isSampled(sampler, [unsampled], withParent(sampled))).to.equal(true);
  });

  it('treats an invalid parent as none', () => {
    expect(isSampled(followLinks(never), [sampled], trace.setSpanContext(ROOT_CONTEXT, invalid.context))).to.equal(true);
  });

  it('ignores the sampling decision of a sender on an untrusted topic (5.4)', () => {
    const extraction = kafkaPropagation({ inject: ['b3'], trust: 'link' }).extract(
      { b3: `${'a'.repeat(32)}-${'b'.repeat(16)}-1` },
      'outside',
    );
    const links = [{ context: extraction.creationContext! }];
    expect(isSampled(followLinks(always), links, extraction.asRoot())).to.equal(true);
    expect(isSampled(followLinks(never), links, extraction.asRoot())).to.equal(false);
    expect(isSampled(followLinks(never), [...links, sampledElsewhere], extraction.asRoot())).to.equal(true);
  });

  it('decides when the sender deferred the decision (2.11)', () => {
    const extraction = kafkaPropagation({ inject: ['b3'] }).extract({ b3: `${'a'.repeat(32)}-${'b'.repeat(16)}` }, 'orders');
    expect(isSampled(followLinks(always), [{ context: extraction.creationContext! }], extraction.asRoot())).to.equal(true);
  });

  it('ignores both where the span is started outside of the message, as that of a batch is', () => {
    const untrusted = kafkaPropagation({ inject: ['b3'], trust: 'link' });
    const trusted = kafkaPropagation({ inject: ['b3'] });
    for (const [propagation, b3] of [
      [untrusted, `${'a'.repeat(32)}-${'b'.repeat(16)}-1`],
      [trusted, `${'a'.repeat(32)}-${'b'.repeat(16)}`],
      // Of another spelling, so that it goes the general way.
      [trusted, [`${'a'.repeat(32)}-${'b'.repeat(16)}`]],
    ] as const) {
      const links = [{ context: propagation.extract({ b3 }, 'orders').creationContext! }];
      expect(isSampled(followLinks(always), links)).to.equal(true);
      expect(isSampled(followLinks(never), links)).to.equal(false);
      expect(isSampled(followLinks(always), [...links, unsampled])).to.equal(false);
    }
    const ofProducer = trusted.creationContext({ b3: [`${'a'.repeat(32)}-${'b'.repeat(16)}`] })!;
    expect(isSampled(followLinks(always), [{ context: ofProducer }]), 'as a producer reads it').to.equal(true);
  });

  it('includes the inner sampler in its description', () => {
    expect(followLinks(never).toString()).to.equal(`FollowLinks{${never.toString()}}`);
  });
});

function isSampled(sampler: Sampler, links: Link[], context = ROOT_CONTEXT): boolean {
  const span = new TracerProvider({ sampler }).getTracer('test').startSpan('process', { links }, context);
  span.end();
  return (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
}

function linkTo(members: Partial<SpanContext>): Link {
  return { context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.NONE, isRemote: true, ...members } };
}
