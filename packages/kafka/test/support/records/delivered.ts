import type { MessageScope, SubscribedMessage } from '../../../src/subscribe/attempt/message-scope.ts';

/** A message as `subscribe` delivers it. */
export function delivered<V = Buffer | null>(overrides: Partial<SubscribedMessage<V>> = {}): SubscribedMessage<V> {
  const message: SubscribedMessage = {
    topic: 'orders',
    partition: 0,
    offset: '7',
    key: null,
    value: null,
    headers: {},
    timestamp: 1_700_000_000_000,
  };
  return { ...(message as SubscribedMessage<V>), ...overrides };
}

/** The scope of a first attempt. */
export function scopeOf(signal: AbortSignal = new AbortController().signal): MessageScope {
  return { signal, attempt: 1 } as MessageScope;
}
