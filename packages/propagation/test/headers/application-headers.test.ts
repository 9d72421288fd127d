import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
// All formats, so that their headers are known.
import '../../src/index.ts';
import { copyOfApplications, isApplicationsOnly } from '../../src/headers/application-headers.ts';
import { TraceHeaders } from '../../src/headers/trace-headers.ts';
import { writeHeaders } from '../../src/headers/write-headers.ts';

const own = ['a', 'content-type', 'event', 'B4', 'tracepa', 'toString', '', '1', 'baggag\u00e9'];
const known = ['b3', 'B3', 'TraceParent', 'baggage', 'tracelink-origin', 'uberctx-key', 'X-Datadog-Trace-Id', 'newrelic'];
const value = fc.constantFrom<unknown>('1', Buffer.from('2'), ['3', '4'], undefined, null, 5);
const pairs = (names: readonly string[]): fc.Arbitrary<[string, unknown][]> =>
  fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 5 });

/** Whether the general path finds something to read in these headers. */
const saysSomething = (headers: unknown): boolean => !new TraceHeaders(headers).isEmpty;

describe('the headers of the application', () => {
  it('are told from known ones as the general path tells them', () => {
    fc.assert(
      fc.property(pairs(own), fc.oneof(fc.constant([]), pairs(known)), (its, ours) => {
        const headers = Object.fromEntries([...its, ...ours]);
        expect(isApplicationsOnly(headers)).to.equal(ours.length === 0);
        if (saysSomething(headers)) expect(isApplicationsOnly(headers)).to.equal(false);
        expect(copyOfApplications(headers) === undefined).to.equal(ours.length > 0);
      }),
    );
  });

  it('are copied as the general path copies them', () => {
    fc.assert(
      fc.property(pairs(own), (its) => {
        const headers = Object.fromEntries(its);
        const general = writeHeaders(headers, () => false, []);
        const copy = copyOfApplications(headers);
        // Also which of them are there without a value, and in which order.
        expect(inspect(copy)).to.equal(inspect(general));
        expect(copy).to.not.equal(headers);
      }),
    );
  });

  it('are left to the general path in every other shape', () => {
    const inherited = Object.create({ a: '1' }) as object;
    const ownProto = JSON.parse('{"__proto__":"1"}') as object;
    for (const headers of [
      undefined,
      null,
      'a',
      [],
      [{ a: '1' }],
      new Map([['a', '1']]),
      Object.create(null),
      inherited,
      Buffer.from('a'),
    ]) {
      expect(isApplicationsOnly(headers), inspect(headers)).to.equal(false);
      expect(copyOfApplications(headers), inspect(headers)).to.equal(undefined);
    }
    expect(copyOfApplications(ownProto)).to.equal(undefined);
  });

  it('are left to the general path where reading them throws', () => {
    const fail = (): never => {
      throw new Error('not here');
    };
    expect(
      copyOfApplications({
        a: '1',
        get b() {
          return fail();
        },
      }),
    ).to.equal(undefined);
    for (const trap of ['getPrototypeOf', 'ownKeys', 'get'] as const) {
      const hostile = new Proxy({ a: '1' }, { [trap]: fail });
      expect(copyOfApplications(hostile), trap).to.equal(undefined);
      // The names alone are no reason to read a value.
      expect(isApplicationsOnly(hostile), trap).to.equal(trap === 'get');
    }
  });
});
