import { expect } from 'chai';
import { expectedOf } from './expected.ts';
import { keptRuns, type Hop } from './fixture.ts';
import { useRecordedRecords } from '../recorded/recorded-records.ts';

/** A record as a framework left it, with a name that a failure can be found by. */
interface Kept {
  readonly name: string;
  readonly framework: string;
  readonly hop: Hop;
}

const fixtures = keptRuns.read();
const kept: readonly Kept[] = [...fixtures].flatMap(([framework, { journeys }]) =>
  journeys.flatMap(({ setting, format, hops }) =>
    hops.flatMap((hop, index) =>
      hop.received === undefined ? [] : [{ name: `${framework}, ${setting}, ${format}, hop ${index + 1}`, framework, hop }],
    ),
  ),
);

describe('records as other frameworks left them', () => {
  const read = useRecordedRecords(kept.map(({ name, hop }) => ({ name, headers: hop.received ?? [] })));

  for (const extract of [['w3c', 'b3'], ['b3', 'w3c'], ['w3c'], ['b3']] as const)
    it(`give the last hop as parent and a link to every other trace, read as ${extract.join(', then ')}`, async () => {
      const handled = await read(extract);
      expect(handled.size).to.equal(kept.length);
      for (const { name, hop } of kept) {
        const { parent, links, broken } = expectedOf(hop, extract);
        const span = handled.get(name);
        const expected = [...(parent === undefined ? [] : [parent]), ...links].map(({ spanId }) => spanId);
        expect(span?.parentSpanContext?.spanId, `parent: ${name}`).to.equal(parent?.spanId);
        expect(
          span?.links.map((link) => link.context.spanId),
          `links: ${name}`,
        ).to.have.members(expected);
        expect(
          span?.events.map((event) => event.name),
          `events: ${name}`,
        ).to.deep.equal(broken ? ['tracelink.trace.broken'] : []);
      }
    });
});
