/** @import { Attributes, Json } from '../api/types.js' */

/** What spans say of messages: each name as the semantic conventions have it now, and as they had it before, as in the studio. */
const names = {
  topic: ['messaging.destination.name', 'messaging.destination'],
  partition: ['messaging.destination.partition.id', 'messaging.kafka.destination.partition', 'messaging.kafka.partition'],
  offset: ['kafka.offset', 'messaging.kafka.offset', 'messaging.kafka.message.offset'],
  group: ['messaging.consumer.group.name', 'messaging.kafka.consumer.group'],
  operation: ['messaging.operation.type', 'messaging.operation', 'messaging.operation.name'],
};

/**
 * @param {Attributes} attributes
 * @param {keyof typeof names} which
 * @returns {Json | undefined} undefined where the span does not say it, or where it is null
 */
export function messageAttribute(attributes, which) {
  return names[which].map((name) => attributes[name]).find((value) => value !== undefined && value !== null);
}
