import { diag, DiagLogLevel } from '@opentelemetry/api';
import { expect } from 'chai';
import { ClientIdentity } from '../../src/telemetry/client-identity.ts';

type Listener = (event: { payload: object }) => void;

/** The events of a client, emitted by hand. */
class Events {
  readonly events = { REQUEST: 'request', GROUP_JOIN: 'join' };
  readonly #listeners = new Map<string, Listener>();

  on(name: string, listener: Listener): void {
    this.#listeners.set(name, listener);
  }

  requested(broker: unknown, apiName = 'Produce'): void {
    this.#listeners.get('request')?.({ payload: { broker, apiName, clientId: 'c' } });
  }

  emit(name: string, event: object): void {
    this.#listeners.get(name)?.(event as never);
  }
}

describe('the identity of a client', () => {
  it('is unknown, without a failure, when events are missing, throw, or hold nonsense (B4)', () => {
    const throwing = {
      get events(): never {
        throw new Error('not implemented');
      },
    };
    const refusing = {
      events: { REQUEST: 'x' },
      on: (): never => {
        throw new Error('not implemented');
      },
    };
    for (const client of [{}, throwing, refusing, { events: { REQUEST: 'x' } }])
      expect(new ClientIdentity(client, {}).attributes).to.deep.equal({});
    const events = new Events();
    const identity = new ClientIdentity(events, {});
    for (const event of [{}, { payload: null }, { payload: { clientId: 7, broker: {}, apiName: 'Produce' } }])
      events.emit('request', event);
    expect(identity.attributes).to.deep.equal({});
  });

  it('logs nothing of a client whose events throw, as all of Confluent’s consumers do', () => {
    const lines: string[] = [];
    const keep = (...words: unknown[]): void => void lines.push(words.map(String).join(' '));
    const logger = { error: keep, warn: keep, info: keep, debug: keep, verbose: keep };
    diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
    lines.length = 0;
    try {
      new ClientIdentity(
        {
          get events(): never {
            // A kind of its own: only the first fault of a kind is logged.
            throw Object.assign(new Error('not implemented'), { name: 'ClientEventsError' });
          },
        },
        {},
      );
      expect(lines).to.deep.equal([]);
    } finally {
      diag.disable();
    }
  });

  it('has the broker’s address and port, also of IPv6 (B25)', () => {
    const servers = ['localhost:9092', '[::1]:9092', '::1:9092', 'broker', ':9092', 'broker:x'].map((broker) => {
      const events = new Events();
      const identity = new ClientIdentity(events, {});
      events.requested(broker);
      const { 'server.address': address, 'server.port': port } = identity.attributes;
      return [address, port];
    });
    expect(servers).to.deep.equal([
      ['localhost', 9092],
      ['::1', 9092],
      ['::1', 9092],
      ['broker', undefined],
      [':9092', undefined],
      ['broker:x', undefined],
    ]);
  });

  it('has no broker when several answer, as a wrong one is worse than none', () => {
    const events = new Events();
    const identity = new ClientIdentity(events, {});
    events.requested('a:1', 'Metadata');
    expect(identity.attributes).to.deep.equal({ 'messaging.client.id': 'c' });
    events.requested('a:1');
    expect(identity.attributes).to.include({ 'server.address': 'a' });
    for (const broker of ['b:1', 'a:1', 'c:1']) events.requested(broker);
    expect(identity.attributes).to.deep.equal({ 'messaging.client.id': 'c' });
  });

  it('is the same object until something new is learned', () => {
    const events = new Events();
    const identity = new ClientIdentity(events, { clientId: 'mine', groupId: 'g' });
    const before = identity.attributes;
    expect(before).to.deep.equal({ 'messaging.client.id': 'mine', 'messaging.consumer.group.name': 'g' });
    // The user's configuration takes precedence, and a request without messages identifies no broker.
    events.requested('a:1', 'Heartbeat');
    events.emit('join', { payload: { groupId: 'other' } });
    expect(identity.attributes).to.equal(before);
    expect(identity.attributes['messaging.consumer.group.name']).to.equal('g');
    events.requested('a:1');
    const learned = identity.attributes;
    expect(learned).to.include({ 'messaging.client.id': 'mine', 'server.address': 'a' });
    events.requested('a:1');
    expect(identity.attributes).to.equal(learned);
  });
});
