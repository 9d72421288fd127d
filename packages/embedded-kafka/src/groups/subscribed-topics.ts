import type { MemberRegistry } from './member-registry.ts';

/**
 * The topics that the members of a consumer group subscribe to, read from their metadata.
 * Undefined when they are unknown: no assignor is selected, or the metadata is not of the consumer protocol.
 * Source: Kafka's ConsumerProtocolSubscription, whose version 0 is a prefix of every later version.
 */
export function subscribedTopics(registry: MemberRegistry, protocolName: string | null): ReadonlySet<string> | undefined {
  if (registry.size === 0) return new Set();
  if (protocolName === null) return undefined;
  const topics = new Set<string>();
  for (const member of registry.members) {
    const names = topicsOf(member.metadata(protocolName));
    if (names === undefined) return undefined;
    for (const name of names) topics.add(name);
  }
  return topics;
}

function topicsOf(subscription: Buffer): string[] | undefined {
  if (subscription.length < 6) return undefined;
  const count = subscription.readInt32BE(2);
  const names: string[] = [];
  let at = 6;
  // Each name has at least its length: a count that is too large fails at the first missing name.
  for (let i = 0; i < count; i += 1) {
    if (subscription.length < at + 2) return undefined;
    const length = subscription.readInt16BE(at);
    at += 2;
    if (length < 0 || subscription.length < at + length) return undefined;
    names.push(subscription.toString('utf8', at, at + length));
    at += length;
  }
  return names;
}
