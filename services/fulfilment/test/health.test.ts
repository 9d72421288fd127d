import type { Subscription } from '@tracelink/kafka/subscribe';
import { expect } from 'chai';
import { healthOf } from '../src/health.ts';

type Health = ReturnType<Subscription['health']>;

const running: Health = {
  ok: true,
  state: 'running',
  stuck: [],
  blocked: [],
  delayed: [],
  circuitOpen: undefined,
  inFlight: 0,
  error: undefined,
};
const place = { topic: 't', partition: 0, offset: '7' };
const stuck = { ...place, key: undefined, attempt: 1, traceId: undefined, age: 60_000 };
const blocked = { ...place, traceId: undefined, reason: 'classified', error: new Error('no'), resumesAt: undefined } as const;

describe('the health of fulfilment', () => {
  const healthAs = (change: Partial<Health>): object => healthOf({ health: () => ({ ...running, ...change }) });

  it('is not ready before there is a subscription, after it has ended, with a stuck handler or with a blocked partition', () => {
    expect(healthOf(undefined)).to.deep.equal({ ready: false });
    expect(healthAs({})).to.include({ ready: true });
    for (const change of [{ state: 'crashed' as const }, { state: 'draining' as const }, { stuck: [stuck] }, { blocked: [blocked] }])
      expect(healthAs(change), JSON.stringify(change)).to.include({ ready: false });
  });

  it('names stuck messages and blocked partitions, with the error as text', () => {
    const said = JSON.parse(JSON.stringify(healthAs({ stuck: [stuck], blocked: [blocked] }))) as object;
    expect(said)
      .to.have.nested.property('stuck[0]')
      .that.includes({ ...place, age: 60_000 });
    expect(said)
      .to.have.nested.property('blocked[0]')
      .that.includes({ ...place, reason: 'classified', error: 'Error: no' });
  });
});
