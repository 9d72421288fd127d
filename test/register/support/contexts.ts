import { Consumer } from '@platformatic/kafka';
import type { KafkaUnderTest, ReceivedSpan } from '@tracelink/testing';
import { expect } from 'chai';

/** The `traceparent` headers of the first record of each topic; this client shows duplicates, too. */
async function traceparents(kafka: KafkaUnderTest, topics: readonly string[]): Promise<Map<string, string[]>> {
  const consumer = new Consumer({ clientId: 'reader', groupId: kafka.groupId(), bootstrapBrokers: kafka.brokers });
  const found = new Map<string, string[]>();
  try {
    for await (const { topic, headerEntries } of await consumer.consume({ topics: [...topics], mode: 'earliest', autocommit: false })) {
      const texts = headerEntries.map(([name, value]) => [String(name).toLowerCase(), String(value)] as const);
      found.set(
        topic,
        texts.filter(([name]) => name === 'traceparent').map(([, value]) => value),
      );
      if (found.size === topics.length) break;
    }
  } finally {
    await consumer.close(true);
  }
  return found;
}

/** Each record has one context on it: that of the span that sent it. */
export async function expectOneContext(kafka: KafkaUnderTest, topics: readonly string[], spans: readonly ReceivedSpan[]): Promise<void> {
  const sends = topics.map((topic) => {
    const send = spans.find(({ name }) => name === `send ${topic}`);
    return [topic, [`00-${send?.traceId}-${send?.spanId}-01`]] as const;
  });
  expect([...(await traceparents(kafka, topics))]).to.have.deep.members(sends);
}
