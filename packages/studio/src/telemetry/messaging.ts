import type { Attributes, Json, Span } from './span.ts';

/**
 * What spans say of messages: each name as the semantic conventions have it now, and as they had it before. Those of 1.45 are the default of
 * `@tracelink/kafka`.
 */
const names = {
  topic: ['messaging.destination.name', 'messaging.destination'],
  partition: ['messaging.destination.partition.id', 'messaging.kafka.destination.partition', 'messaging.kafka.partition'],
  offset: ['kafka.offset', 'messaging.kafka.offset', 'messaging.kafka.message.offset'],
  group: ['messaging.consumer.group.name', 'messaging.kafka.consumer.group'],
  operation: ['messaging.operation.type', 'messaging.operation', 'messaging.operation.name'],
};

/** @returns `undefined` where the span does not say it, or where it is `null` */
export function messageAttribute(attributes: Attributes, which: keyof typeof names): Json | undefined {
  for (const name of names[which]) {
    const value = attributes[name];
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

/** @returns `undefined` also for what is no text, and for an empty one */
export function messageText(attributes: Attributes, which: keyof typeof names): string | undefined {
  const value = messageAttribute(attributes, which);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What a span does with a topic: it puts messages there, takes them from there, or works on what was taken. */
export interface MessagingRole {
  readonly topic: string;
  /** `receive` is the fetch, `process` the work on what it brought. */
  readonly does: 'send' | 'receive' | 'process';
}

/** By operation. What is not here, a commit or the creation of one message of a batch, moves nothing. */
const doneBy: Readonly<Record<string, MessagingRole['does']>> = {
  send: 'send',
  publish: 'send',
  receive: 'receive',
  poll: 'receive',
  process: 'process',
  deliver: 'process',
};

/** Whether a span made a message that another span sends: one of a batch, or what an outbox holds. */
export function createsMessage({ attributes }: Span): boolean {
  return messageText(attributes, 'operation') === 'create';
}

/** @returns undefined for a span that moves no messages, or where it does not say of which topic they are */
export function messagingRole({ kind, attributes }: Span): MessagingRole | undefined {
  const topic = messageText(attributes, 'topic');
  if (topic === undefined) return undefined;
  const operation = messageText(attributes, 'operation');
  if (operation !== undefined) {
    const does = Object.hasOwn(doneBy, operation) ? doneBy[operation] : undefined;
    return does && { topic, does };
  }
  if (kind === 'producer') return { topic, does: 'send' };
  return kind === 'consumer' ? { topic, does: 'process' } : undefined;
}
