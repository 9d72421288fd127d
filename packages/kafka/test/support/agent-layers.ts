import type { Message, Producer, ProducerBatch, ProducerRecord } from 'kafkajs';

/** What the layers write. */
export const written = { traceparent: '00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01', 'x-datadog-trace-id': '1' };

/** How agents put their headers into a list of messages; test/agents has the agents themselves. */
export const layers: Readonly<Record<string, (messages: Message[]) => Message[]>> = {
  // Instana and Sentry; the latter gives a message headers and reads them again.
  'into the headers'(messages) {
    for (const message of messages) {
      message.headers = message.headers ?? {};
      Object.assign(message.headers, written);
    }
    return messages;
  },
  // New Relic and Elastic.
  'by other headers in the message'(messages) {
    for (const message of messages) message.headers = { ...message.headers, ...written };
    return messages;
  },
  // Datadog.
  'into copies of the messages'(messages) {
    return Array.isArray(messages) ? messages.map((message) => ({ ...message, headers: { ...message.headers, ...written } })) : messages;
  },
};

/** Puts a layer around the producer's methods, as agents do. */
export function patch(producer: Producer, layer: (messages: Message[]) => Message[]): void {
  const [send, sendBatch] = [producer.send.bind(producer), producer.sendBatch.bind(producer)];
  producer.send = (record: ProducerRecord) => send({ ...record, messages: layer(record.messages) });
  producer.sendBatch = (batch: ProducerBatch) =>
    sendBatch({ ...batch, topicMessages: (batch.topicMessages ?? []).map((entry) => ({ ...entry, messages: layer(entry.messages) })) });
}
