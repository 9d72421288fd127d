import { expect } from 'chai';
import fc from 'fast-check';
import { listTraces } from '../../src/api/list-traces.ts';
import { readTraceFilter } from '../../src/api/trace-filter.ts';
import { TraceStore } from '../../src/store/trace-store.ts';
import type { Json } from '../../src/telemetry/span.ts';

/** The page's own: a browser loads it as it stands there. */
interface AttributeCondition {
  readonly attributeUrl: (key: string, value: Json) => string;
}
const page = String(new URL('../../page/model/list/attribute-condition.js', import.meta.url));

const storeWith = (key: string, value: Json): TraceStore => {
  const store = new TraceStore();
  const span = { traceId: '1'.repeat(32), spanId: '1'.repeat(16), name: 'GET /', kind: 'server', startUs: 0, durationUs: 1 } as const;
  const attributes = Object.fromEntries([[key, value]]);
  store.addSpans([
    {
      origin: { service: 'orders', resource: {}, scope: { name: '' } },
      spans: [{ ...span, status: 'unset', attributes, events: [], links: [] }],
    },
  ]);
  return store;
};

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', '=', '"', '\\', ' ', '\n', '&', '+', '%', 'exists') }),
  fc.string({ unit: 'binary', maxLength: 1_500 }),
);
const value = fc.oneof(text, fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.array(text), fc.jsonValue());

describe('the address behind an attribute of a span', () => {
  it('lists the trace of the span, whatever key and value are', async () => {
    const { attributeUrl } = (await import(page)) as AttributeCondition;
    fc.assert(
      fc.property(text, value, (key, given) => {
        const { searchParams } = new URL(attributeUrl(key, given as Json), 'http://studio');
        const filter = readTraceFilter(searchParams);
        expect(filter.attributes).to.have.length(1);
        expect(listTraces(storeWith(key, given as Json), filter).traces).to.have.length(1);
        // And no other, neither by its value nor, of one that is too long for an address, by its key.
        const isByValue = filter.attributes[0]?.value !== undefined;
        const other = storeWith(isByValue ? key : `${key}.`, isByValue ? 'another value than any' : (given as Json));
        expect(listTraces(other, filter).traces).to.have.length(0);
      }),
      { numRuns: 300 },
    );
  });
});
