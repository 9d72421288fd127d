import type { DeliveryTopic } from './plan.ts';

export const group = 'shipping';

const sources = ['orders', 'payments'] as const;

/** Milliseconds that a record waits in each retry topic, the shortest first. */
export const retryDelays = [20, 60] as const;

export function sourceTopics(count: number): readonly string[] {
  return sources.slice(0, count);
}

export function deadLetterTopic(source: string): string {
  return `${source}.${group}.dead-letter`;
}

export function retryTopics(source: string): readonly string[] {
  return retryDelays.map((delay) => `${source}.${group}.retry.${delay}ms`);
}

export function deliveryTopicName(source: string, deliveryTopic: DeliveryTopic): string {
  if (deliveryTopic === 'dead-letter') return deadLetterTopic(source);
  return retryTopics(source).at(deliveryTopic === 'first-retry' ? 0 : -1) as string;
}
