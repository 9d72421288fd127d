import { KafkaRetriableException, type KafkaParser, type MessageHandler } from '@nestjs/microservices';
import { trace } from '@opentelemetry/api';
import type { MessageScope, SubscribedMessage } from '@tracelink/kafka/subscribe';
import type { Producer } from 'kafkajs';
import { isObservable, lastValueFrom } from 'rxjs';
import { failSpan, hasOriginalError, originalError } from '../handlers/original-error.ts';
import { reply, replyAddress, type ReplyAddress } from './reply.ts';
import { SubscribeContext } from './subscribe-context.ts';

/** What handles messages besides the handlers themselves. */
export interface Handling {
  /** Sends answers; `undefined` when no handler answers requests. */
  readonly producer: Producer | undefined;
  /** Reads messages as `ServerKafka` does, but for a value that a codec has made. */
  readonly parser: KafkaParser;
  /** Runs what handles a message between the hooks that Nest was given. */
  readonly between: (context: SubscribeContext, handle: () => Promise<void>) => Promise<void>;
}

/**
 * Runs the handler of a message to its end, and answers when it is a request.
 *
 * @throws what the handler of an event threw; of a request `KafkaRetriableException`, or what `retryLater` or `deadLetter` threw: the
 * attempt has failed. Any other error of a request is its answer
 */
export function handleMessage(
  handler: MessageHandler,
  message: SubscribedMessage<unknown>,
  scope: MessageScope,
  { producer, parser, between }: Handling,
): Promise<void> {
  const context = new SubscribeContext(message, scope, parser);
  const data: unknown = context.getMessage().value;
  const address = handler.isEventHandler === true ? undefined : replyAddress(context);
  return between(context, () =>
    address === undefined || producer === undefined
      ? runToEnd(handler, data, context)
      : answerRequest(handler, data, context, { producer, address, scope }),
  );
}

async function runToEnd(handler: MessageHandler, data: unknown, context: SubscribeContext): Promise<void> {
  try {
    const result: unknown = await handler(data, context);
    if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
  } catch (error) {
    throw originalError(context, error);
  }
}

async function answerRequest(
  handler: MessageHandler,
  data: unknown,
  context: SubscribeContext,
  { producer, address, scope }: { readonly producer: Producer; readonly address: ReplyAddress; readonly scope: MessageScope },
): Promise<void> {
  const result: unknown = await handler(data, context);
  await reply(producer, address, result, (error) => {
    // Its answer is that of the retry: the client drops a second one. Nest's filters have made something else of this error, too.
    if (scope.asked !== undefined) throw scope.asked;
    if (originalError(context, error) instanceof KafkaRetriableException) return false;
    // The interceptor has said so where there is one.
    if (!hasOriginalError(context)) failSpan(trace.getActiveSpan(), error);
    return true;
  });
}
