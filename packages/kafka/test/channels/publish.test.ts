import { AsyncLocalStorage } from 'node:async_hooks';
import { tracingChannel } from 'node:diagnostics_channel';
import { expect } from 'chai';
import { published, publishing } from '../../src/channels/publish.ts';

interface Message {
  readonly id: number;
  result?: unknown;
  error?: unknown;
}

describe('an operation on a tracing channel', () => {
  const channel = tracingChannel<unknown, Message>('tracelink:test');
  const error = new Error('refused');

  function subscribe(test: (events: string[]) => Promise<void>): () => Promise<void> {
    return async () => {
      const events: string[] = [];
      const keep = (event: string) => (message: Message) =>
        void events.push(`${event} ${message.id} ${String('result' in message ? message.result : message.error)}`);
      const subscribers = {
        start: keep('start'),
        end: keep('end'),
        asyncStart: keep('asyncStart'),
        asyncEnd: keep('asyncEnd'),
        error: keep('error'),
      };
      channel.subscribe(subscribers as never);
      try {
        await test(events);
      } finally {
        channel.unsubscribe(subscribers as never);
      }
    };
  }
  const message = (): Message => ({ id: 1 });

  it(
    'ends once for a promise that resolves',
    subscribe(async (events) => {
      expect(await published(channel, message, () => Promise.resolve('done'))).to.equal('done');
      expect(events).to.deep.equal(['start 1 undefined', 'end 1 undefined', 'asyncStart 1 done', 'asyncEnd 1 done']);
    }),
  );

  it(
    'has the error of a promise that rejects, which the caller gets as the same object',
    subscribe(async (events) => {
      const caught: unknown = await published(channel, message, () => Promise.reject(error)).catch((reason: unknown) => reason);
      expect(caught).to.equal(error);
      expect(events).to.deep.equal([
        'start 1 undefined',
        'end 1 undefined',
        'error 1 Error: refused',
        'asyncStart 1 Error: refused',
        'asyncEnd 1 Error: refused',
      ]);
    }),
  );

  it(
    'ends before its caller goes on when it is synchronous',
    subscribe(async (events) => {
      expect(published(channel, message, () => 7)).to.equal(7);
      expect(events.splice(0)).to.deep.equal(['start 1 undefined', 'asyncStart 1 7', 'asyncEnd 1 7', 'end 1 7']);
      expect(() =>
        published(channel, message, () => {
          throw error;
        }),
      ).to.throw(error);
      expect(events.map((event) => event.split(' ')[0])).to.deep.equal(['start', 'error', 'asyncStart', 'asyncEnd', 'end']);
    }),
  );

  it('runs in the store that a subscriber has bound', async () => {
    const store = new AsyncLocalStorage<number>();
    channel.start.bindStore(store, ({ id }) => id);
    try {
      expect(await published(channel, message, async () => store.getStore())).to.equal(1);
    } finally {
      channel.start.unbindStore(store);
    }
  });

  it(
    'runs without its channel when its message cannot be made',
    subscribe(async (events) => {
      const broken = (): never => {
        throw error;
      };
      expect(published(channel, broken, () => 7)).to.equal(7);
      expect(events).to.deep.equal([]);
    }),
  );

  it('makes no message without a subscriber', () => {
    const made: number[] = [];
    const double = publishing(
      channel,
      (id: number) => ({ id: made.push(id) }),
      (id: number) => id * 2,
    );
    expect(double(2)).to.equal(4);
    expect(made).to.deep.equal([]);
  });
});
