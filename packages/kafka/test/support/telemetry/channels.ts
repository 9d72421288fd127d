import { channel, tracingChannel } from 'node:diagnostics_channel';
import { trace } from '@opentelemetry/api';
import { channels, type ChannelMessages } from '../../../src/channels/channels.ts';

type Name = keyof ChannelMessages;
type OperationName = Exclude<Name, 'tracelink:kafka:dead-letter'>;

/** An operation that is over. */
interface Ended<M> {
  readonly message: M;
  /** The id of the span that was active when it started. */
  readonly activeSpan: string | undefined;
}

/** What was published in the current test, as a subscriber by name sees it. */
export interface TestChannels {
  readonly names: readonly string[];
  /** Operations that are over, as soon as there are `count`. */
  readonly ended: <N extends OperationName>(name: N, count: number) => Promise<readonly Ended<ChannelMessages[N]>[]>;
  readonly published: <N extends 'tracelink:kafka:dead-letter'>(name: N, count: number) => Promise<readonly ChannelMessages[N][]>;
}

/** Call it inside `describe`: subscribes to all channels for each of its tests. */
export function useChannels(): TestChannels {
  // By the names alone: a copy of the package in the same process publishes on the same channels.
  const names = [channels.send, channels.process, channels.attempt, channels.commit].map(({ start }) =>
    String(start.name).replace(/^tracing:|:start$/g, ''),
  );
  const ended = new Map<string, Ended<object>[]>();
  const dead: object[] = [];
  let changed = Promise.withResolvers<void>();
  const say = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const starts = new WeakMap<object, string | undefined>();
  const subscribers = names.map((name) => ({
    name,
    start: (message: object) => void starts.set(message, trace.getActiveSpan()?.spanContext().spanId),
    asyncEnd: (message: object) => {
      ended.set(name, [...(ended.get(name) ?? []), { message, activeSpan: starts.get(message) }]);
      say();
    },
  }));
  const deadLetter = (message: unknown): void => {
    dead.push(message as object);
    say();
  };

  beforeEach('subscribe to the channels', () => {
    ended.clear();
    dead.length = 0;
    for (const { name, ...handlers } of subscribers) tracingChannel(name).subscribe(handlers as never);
    channel('tracelink:kafka:dead-letter').subscribe(deadLetter);
  });
  afterEach('unsubscribe', () => {
    for (const { name, ...handlers } of subscribers) tracingChannel(name).unsubscribe(handlers as never);
    channel('tracelink:kafka:dead-letter').unsubscribe(deadLetter);
  });

  async function until<T>(list: () => readonly T[], count: number): Promise<readonly T[]> {
    while (list().length < count) await changed.promise;
    return list();
  }

  return {
    names: [...names, String(channels.deadLetter.name)],
    ended: (name, count) => until(() => (ended.get(name) ?? []) as Ended<never>[], count),
    published: (_name, count) => until(() => dead as never[], count),
  };
}
