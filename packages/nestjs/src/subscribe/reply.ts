import { KafkaHeaders, RpcException, type KafkaContext } from '@nestjs/microservices';
import { KafkaRequestSerializer } from '@nestjs/microservices/serializers/kafka-request.serializer.js';
import type { IHeaders, Message, Producer } from 'kafkajs';
import { catchError, concatMap, EMPTY, from, isObservable, lastValueFrom, of, type Observable } from 'rxjs';

/** Where a request asks to be answered. */
export interface ReplyAddress {
  readonly topic: string;
  readonly partition: number | undefined;
  readonly correlationId: string;
}

/** A part of an answer: a value, or an error; the last says so. */
interface Answer {
  readonly response?: unknown;
  readonly err?: unknown;
  readonly isLast: boolean;
}

const serializer = new KafkaRequestSerializer();

/** Where the message of a context asks to be answered; `undefined`: nowhere, it is an event. */
export function replyAddress(context: KafkaContext): ReplyAddress | undefined {
  // Nest's parser makes them where a message has none.
  const headers = context.getMessage().headers as IHeaders;
  const correlationId = textOf(headers[KafkaHeaders.CORRELATION_ID]);
  const topic = textOf(headers[KafkaHeaders.REPLY_TOPIC]);
  if (correlationId === undefined || topic === undefined) return undefined;
  const partition = Number.parseInt(textOf(headers[KafkaHeaders.REPLY_PARTITION]) ?? '', 10);
  return { topic, partition: Number.isNaN(partition) ? undefined : partition, correlationId };
}

/** A header's text; Nest's parser makes an object of what looks like JSON, which no address is. */
function textOf(header: unknown): string | undefined {
  return typeof header === 'string' || Buffer.isBuffer(header) ? header.toString() : undefined;
}

/**
 * Answers a request with each value of a handler's result, one after the other, and with the error that ends it. Resolves when the broker
 * has them all.
 *
 * @param result what the handler gave back: a value or an observable
 * @param isFinal told how many values have gone out before the error
 * @throws what the producer throws; what `isFinal` says is no answer
 */
export async function reply(
  producer: Producer,
  address: ReplyAddress,
  result: unknown,
  isFinal: (error: unknown, sent: number) => boolean,
): Promise<void> {
  let sent = 0;
  let failure: { readonly err: unknown } | undefined;
  let held: { readonly response: unknown } | undefined;
  const values = (isObservable(result) ? result : of(result)) as Observable<unknown>;
  const answered = values.pipe(
    catchError((error: unknown) => {
      failure = { err: error };
      return EMPTY;
    }),
    // The last value says that it is the last: each waits for the next, or for the end.
    concatMap((response) => {
      const before = held;
      held = { response };
      if (before === undefined) return EMPTY;
      sent++;
      return from(send(producer, address, { ...before, isLast: false }));
    }),
  );
  await lastValueFrom(answered, { defaultValue: undefined });
  if (failure === undefined) return send(producer, address, { ...held, isLast: true });
  if (!isFinal(failure.err, sent)) throw failure.err;
  if (held !== undefined) await send(producer, address, { ...held, isLast: false });
  await send(producer, address, { ...failure, isLast: true });
}

async function send(producer: Producer, { topic, partition, correlationId }: ReplyAddress, answer: Answer): Promise<void> {
  const message = (await serializer.serialize(copied(answer.response))) as Message;
  const headers: IHeaders = { ...message.headers, [KafkaHeaders.CORRELATION_ID]: Buffer.from(correlationId) };
  if ('err' in answer) headers[KafkaHeaders.NEST_ERR] = Buffer.from(errorText(answer.err));
  if (answer.isLast) headers[KafkaHeaders.NEST_IS_DISPOSED] = Buffer.alloc(1);
  const outgoing: Message = { ...message, headers, ...(partition === undefined ? {} : { partition }) };
  await producer.send({ topic, messages: [outgoing] });
}

/** Nest's serializer writes into what looks like a message, and that is the handler's own. */
function copied(response: unknown): unknown {
  const isMessage = typeof response === 'object' && response !== null && ('key' in response || 'value' in response);
  return isMessage ? { ...response } : response;
}

/** As `ServerKafka` writes it: an object as JSON, which the client reads. An `Error` has nothing that JSON shows. */
function errorText(error: unknown): string {
  const shown = error instanceof RpcException ? error.getError() : error;
  if (typeof shown === 'string') return shown;
  return JSON.stringify(shown instanceof Error ? { status: 'error', message: shown.message } : (shown ?? null));
}
