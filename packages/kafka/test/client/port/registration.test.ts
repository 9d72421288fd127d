import { expect } from 'chai';
import { outermost } from '../../../src/client/port/registration.ts';

/** What shimmer leaves, by which OpenTelemetry's instrumentations patch. */
const patched = (method: () => string, by: string): (() => string) =>
  Object.assign(() => `${by}(${method()})`, { __wrapped: true, __original: method });

describe('a wrapper that a registration keeps the outermost layer', () => {
  const wrapper = () => {
    let connects = 0;
    const client = { send: () => 'sent', close: () => 'closed', connect: () => ++connects };
    return outermost(client, () => true);
  };

  it('leaves out what was patched into it before it connects, also before it connects again', () => {
    const client = wrapper();
    for (const connect of [1, 2]) {
      client.send = patched(client.send, 'patch');
      expect(client.connect()).to.equal(connect);
      expect(client.send()).to.equal('sent');
    }
  });

  it('has the same methods however often it connects', () => {
    const client = wrapper();
    client.send = patched(client.send, 'patch');
    const methods: unknown[][] = [];
    for (let connects = 0; connects < 2; connects++) {
      client.connect();
      methods.push([client.send, client.close]);
    }
    expect(methods[0]?.[0]).to.equal(methods[1]?.[0]);
    expect(methods[0]?.[1]).to.equal(methods[1]?.[1]);
  });
});
