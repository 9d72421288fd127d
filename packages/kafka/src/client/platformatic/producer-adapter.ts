import { hasMethods } from '../../core/option-rules.ts';
import { passThrough } from '../port/delegate.ts';
import type { GroupOffsets, ProducerAdapter, SenderLike, TraceSends, TransactionLike } from '../port/producer-adapter.ts';
import { withCallback } from './callbacks.ts';
import { named } from './errors/client-errors.ts';
import { HeaderWriter } from './header-writer.ts';
import { answerOf, isSendOptions, Outgoing } from './outgoing.ts';
import type { Callback, ConsumedMessage, Producer, ProduceResult, Sender, SendOptions, Transaction } from './shapes.ts';

/** A call on its way through the port, which hands its members on. */
interface Call {
  readonly outgoing: Outgoing;
  result?: ProduceResult;
}

type Offset = GroupOffsets & { readonly message: ConsumedMessage };

/**
 * Producers of `@platformatic/kafka`: one `send` for any topics, transactions that are objects, promises or callbacks. Its producer streams
 * send by the producer inside them, so that what is written to one is not traced.
 */
export const platformaticProducer: ProducerAdapter = {
  fits: (producer) => hasMethods(producer, 'send', 'beginTransaction', 'asStream'),
  traced(client, trace) {
    const producer = client as Producer;
    trace.learn({ clientId: producer.clientId });
    const headers = new HeaderWriter(producer);
    const begin = withCallback(async (options: unknown) => tracedTransaction(await producer.beginTransaction(options), headers, trace));
    return {
      get transaction() {
        return tracedOf(producer.transaction);
      },
      send: tracedSend(producer, trace.sender(sender(producer, headers))),
      beginTransaction: (options?: unknown, callback?: Callback) =>
        typeof options === 'function' ? begin(undefined, options as Callback) : begin(options, callback),
    };
  },
};

/** By the client's own, which its producer has as `transaction`. */
const tracedTransactions = new WeakMap<Transaction, Transaction>();

/** The transaction that a producer has, as `beginTransaction` gave it to the application. */
export function tracedOf(transaction: Transaction | undefined): Transaction | undefined {
  return transaction && (tracedTransactions.get(transaction) ?? transaction);
}

function tracedTransaction(transaction: Transaction, headers: HeaderWriter, trace: TraceSends): Transaction {
  const port: TransactionLike = {
    ...sender(transaction, headers),
    sendOffsets: (offsets) => named(() => transaction.addOffset((offsets as Offset).message)),
    commit: () => named(() => transaction.commit()),
    abort: () => named(() => transaction.abort()),
  };
  const traced = trace.transaction(port);
  const addOffset = withCallback((message: ConsumedMessage) => traced.sendOffsets(offsetOf(message)));
  const commit = withCallback(() => traced.commit());
  const abort = withCallback(() => traced.abort());
  const overrides = {
    send: tracedSend(transaction, traced),
    addOffset,
    commit: (callback?: Callback) => commit(undefined, callback),
    abort: (callback?: Callback) => abort(undefined, callback),
  };
  const wrapper = passThrough(transaction, overrides as Partial<Transaction>);
  tracedTransactions.set(transaction, wrapper);
  return wrapper;
}

/** `send` of a client or a transaction, by the port. */
function sender(client: Sender, headers: HeaderWriter): SenderLike {
  const send = async (topicMessages: Outgoing['entries'], call: Call) => {
    call.result = await named(() => client.send(call.outgoing.options(topicMessages, headers)));
    return answerOf(call.result);
  };
  return {
    send: (record) => send([record], (record as unknown as { readonly call: Call }).call),
    sendBatch: (record) => send(record.topicMessages, (record as unknown as { readonly call: Call }).call),
  };
}

/** The client's own `send`, which goes through the traced port. */
function tracedSend(client: Sender, traced: SenderLike): (options: SendOptions, callback?: Callback) => Promise<ProduceResult> | undefined {
  const send = withCallback(async (options: SendOptions) => {
    const call: Call = { outgoing: new Outgoing(options) };
    const shared = { call, ...(options.acks !== undefined && { acks: options.acks }) };
    const [first, ...others] = call.outgoing.entries;
    if (first !== undefined && others.length === 0) await traced.send({ ...first, ...shared });
    else await traced.sendBatch({ topicMessages: call.outgoing.entries, ...shared });
    return call.result as ProduceResult;
  });
  // What cannot be traced the client itself judges.
  return (options, callback) =>
    isSendOptions(options) ? send(options, callback) : (client.send as (...args: unknown[]) => Promise<ProduceResult>)(options, callback);
}

/** A transaction commits the offset after its message. */
function offsetOf(message: ConsumedMessage): Offset {
  const { topic, partition, offset, metadata } = message;
  const consumerGroupId = metadata?.consumer?.groupId;
  const offsets = { topics: [{ topic, partitions: [{ partition, offset: String(offset + 1n) }] }], message };
  return consumerGroupId === undefined ? offsets : { ...offsets, consumerGroupId };
}
