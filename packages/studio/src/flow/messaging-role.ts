import type { Span } from '../telemetry/span.ts';

/** What a span does with a topic: it puts messages there, takes them from there, or works on what was taken. */
export interface MessagingRole {
  readonly topic: string;
  /** `receive` is the fetch, `process` the work on what it brought. */
  readonly does: 'send' | 'receive' | 'process';
}

// Each name as the semantic conventions have it now, and as they had it before.
const topicNames = ['messaging.destination.name', 'messaging.destination'];
const operationNames = ['messaging.operation.type', 'messaging.operation', 'messaging.operation.name'];

/** By operation. What is not here, a commit or the creation of one message of a batch, moves nothing. */
const doneBy: Readonly<Record<string, MessagingRole['does']>> = {
  send: 'send',
  publish: 'send',
  receive: 'receive',
  poll: 'receive',
  process: 'process',
  deliver: 'process',
};

/** @returns undefined for a span that moves no messages, or where it does not say of which topic they are */
export function messagingRole({ kind, attributes }: Span): MessagingRole | undefined {
  const topic = firstText(attributes, topicNames);
  if (topic === undefined) return undefined;
  const operation = firstText(attributes, operationNames);
  if (operation !== undefined) {
    const does = Object.hasOwn(doneBy, operation) ? doneBy[operation] : undefined;
    return does && { topic, does };
  }
  if (kind === 'producer') return { topic, does: 'send' };
  return kind === 'consumer' ? { topic, does: 'process' } : undefined;
}

function firstText(attributes: Span['attributes'], names: readonly string[]): string | undefined {
  const value = names.map((name) => attributes[name]).find((candidate) => candidate !== undefined);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
