import type { KafkaMessage } from 'kafkajs';
import type { AttemptMemory } from './attempt-memory.ts';

/**
 * The index of the first message that is to be tried later than now, and what is known of it; their count when all may be tried. Those behind it
 * wait with it, as they do in their partition.
 */
export function firstNotDue(
  messages: readonly KafkaMessage[],
  memoryOf: (message: KafkaMessage) => AttemptMemory,
): { readonly index: number; readonly memory: AttemptMemory | undefined } {
  const now = Date.now();
  for (const [index, message] of messages.entries()) {
    const memory = memoryOf(message);
    if (memory.due !== undefined && memory.due > now) return { index, memory };
  }
  return { index: messages.length, memory: undefined };
}
