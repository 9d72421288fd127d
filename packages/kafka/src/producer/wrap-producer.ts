import { checkProducerOptions } from '../telemetry/check-options.ts';
import { ClientIdentity } from '../telemetry/client-identity.ts';
import { producerAdapter } from '../client/adapters.ts';
import { bareClient } from '../client/port/registration.ts';
import { guard } from '../core/guard.ts';
import { copyWith } from '../client/record.ts';
import type { BatchRecordLike, RecordLike, SenderLike, TopicMessagesLike, TransactionLike } from '../client/kafka-client.ts';
import { KafkaTracingError } from '../core/kafka-tracing-error.ts';
import type { ProducerOptions } from '../telemetry/options.ts';
import { isWrapped, passThrough, unpatched } from '../client/port/delegate.ts';
import { Operation } from '../telemetry/semconv.ts';
import { flatOffsets, tracedCommit, tracedTransactionEnd } from '../telemetry/commit-span.ts';
import { channels } from '../channels/channels.ts';
import { publishing } from '../channels/publish.ts';
import { PlainSends } from './plain-send.ts';
import { tracedSend } from './traced-send.ts';
import { KafkaTracing } from '../telemetry/client-telemetry.ts';

/**
 * Returns a producer with the interface of `producer` whose messages carry their creation context. `send`, `sendBatch` and transactions make
 * the spans and metrics of OpenTelemetry's semantic conventions for messaging. Everything else is the producer's own.
 *
 * Messages, headers and records of the caller are never written to. What the producer throws or rejects with reaches the caller as the
 * same object. Input that the producer rejects reaches it unchanged; without a tracer provider every record does.
 *
 * kafkajs resolves a send although it drops messages for a partition that its metadata lacks. The wrapper resolves, too, but the span has
 * the status ERROR, `error.type` `unacknowledged` and the count in `tracelink.send.unacknowledged`; metrics count them as failed.
 *
 * A transaction that the broker aborted after its timeout leaves kafkajs' producer unusable: commit, abort and each further `transaction()`
 * reject (`INVALID_PRODUCER_EPOCH`), also after another `connect()`. Make a new producer with the same `transactionalId`, wrap and
 * connect it.
 *
 * @param client a producer of any of the libraries in docs/clients/which-client.md, or one of kafkajs' shape; wrapping a wrapper returns it
 * @param options see {@link ProducerOptions}
 * @throws {KafkaTracingError} `not_a_client`, `unknown_option`, `invalid_option`; nothing of ours throws later
 */
export function wrapProducer<P extends object>(client: P, options: ProducerOptions = {}): P {
  const producer = bareClient(client);
  const adapter = producerAdapter(producer);
  if (adapter === undefined) throw new KafkaTracingError('not_a_client', 'wrapProducer takes a producer: what kafka.producer() returns.');
  if (isWrapped(producer)) return producer;
  checkProducerOptions(options);
  const tracing = new KafkaTracing(options, new ClientIdentity(producer, options));
  const overrides = adapter.traced(producer, {
    isTraced: () => tracing.isTraced,
    learn: (identity) => tracing.identity.learn(identity),
    sender: (port) => tracedSender(tracing, port),
    transaction: (port) => wrapTransaction(tracing, port),
  });
  return passThrough(producer, overrides as Partial<P>);
}

function tracedSender(tracing: KafkaTracing<ProducerOptions>, client: SenderLike): SenderLike {
  const isTraced = (): boolean => tracing.isTraced;
  const send = publishing(channels.send, (record) => ({ topicMessages: [record] }), unpatched(client, 'send', isTraced));
  const plain = new PlainSends(tracing, send);
  const sendBatch = publishing(channels.send, ({ topicMessages }) => ({ topicMessages }), unpatched(client, 'sendBatch', isTraced));
  return {
    send(record) {
      const sent = plain.send(record);
      if (sent !== undefined) return sent;
      if (!isTopicMessages(record)) return send(record);
      return tracedSend(tracing, { entries: [record], record, send: ([rewritten]) => send(rewritten ?? record) });
    },
    sendBatch(record) {
      if (!isBatchRecord(record)) return sendBatch(record);
      const { topicMessages: entries } = record;
      return tracedSend(tracing, {
        entries,
        record,
        send: (topicMessages) => sendBatch(topicMessages === entries ? record : copyWith(record, { topicMessages })),
      });
    },
  };
}

function wrapTransaction(tracing: KafkaTracing<ProducerOptions>, transaction: TransactionLike): TransactionLike {
  return passThrough(transaction, {
    ...tracedSender(tracing, transaction),
    sendOffsets: (offsets) =>
      tracedCommit(
        tracing,
        () => ({ offsets: flatOffsets(offsets), groupId: offsets.consumerGroupId }),
        () => transaction.sendOffsets(offsets),
      ),
    commit: () => tracedTransactionEnd(tracing, Operation.commitTransaction, () => transaction.commit()),
    abort: () => tracedTransactionEnd(tracing, Operation.abortTransaction, () => transaction.abort()),
  });
}

/** Whether the argument of `send` can be traced; otherwise the client judges it (B7). */
function isTopicMessages(record: TopicMessagesLike | null | undefined): record is RecordLike {
  const read = (): boolean =>
    typeof record === 'object' && record !== null && typeof record.topic === 'string' && Array.isArray(record.messages);
  return guard('reading a record', read) === true;
}

function isBatchRecord(record: BatchRecordLike | null | undefined): record is BatchRecordLike {
  const read = (): boolean =>
    typeof record === 'object' && record !== null && Array.isArray(record.topicMessages) && record.topicMessages.every(isTopicMessages);
  return guard('reading a record', read) === true;
}
