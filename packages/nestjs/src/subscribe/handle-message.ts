import { KafkaRetriableException, type KafkaParser, type MessageHandler } from '@nestjs/microservices';
import { RequestContextHost } from '@nestjs/microservices/context/request-context-host.js';
import { trace } from '@opentelemetry/api';
import type { MessageScope, SubscribedMessage } from '@tracelink/kafka/subscribe';
import type { Producer } from 'kafkajs';
import { isObservable, lastValueFrom } from 'rxjs';
import { failSpan, hasOriginalError, originalError } from '../handlers/original-error.ts';
import type { TopicHandlers } from './handler-groups.ts';
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
 * Runs the handlers of a message to their end, and answers when it is a request.
 *
 * @throws what the first handler of an event to fail threw; of a request, before a value of its answer has gone out, `KafkaRetriableException`, or
 * what `retryLater` or `deadLetter` threw: the attempt has failed. Any other error of a request is its answer
 */
export function handleMessage(
  handlers: TopicHandlers,
  message: SubscribedMessage<unknown>,
  scope: MessageScope,
  { producer, parser, between }: Handling,
): Promise<void> {
  const context = new SubscribeContext(message, scope, parser);
  const data: unknown = context.getMessage().value;
  const [handler] = handlers;
  const address = handler.isEventHandler === true ? undefined : replyAddress(context);
  return between(context, () =>
    address === undefined || producer === undefined
      ? runAll(handlers, data, context)
      : answerRequest(handler, data, context, { producer, address, scope }),
  );
}

/**
 * Runs each handler to its end, whatever becomes of the others: an attempt that ended sooner would be committed, or tried again, beside those
 * that still work.
 *
 * @throws what the first of them to fail threw
 */
async function runAll(handlers: TopicHandlers, data: unknown, context: SubscribeContext): Promise<void> {
  if (handlers.length === 1) return runToEnd(handlers[0], [data, context], context);
  // By it, handlers of controllers that are made anew for each message share what is made for this one, as behind each other in Nest.
  const host = RequestContextHost.create(context.getTopic(), data, context);
  let failure: { readonly error: unknown } | undefined;
  const run = (handler: MessageHandler): Promise<void> =>
    runToEnd(handler, [host, data, context], context).catch((error: unknown) => {
      failure ??= { error };
    });
  await Promise.all(handlers.map(run));
  if (failure !== undefined) throw failure.error;
}

/** @param args what Nest's handlers take: the data and its context, and before them what the handlers of a message share, if there is more than one */
async function runToEnd(
  handler: (...args: readonly unknown[]) => unknown,
  args: readonly unknown[],
  context: SubscribeContext,
): Promise<void> {
  try {
    const result: unknown = await handler(...args);
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
  await reply(producer, address, result, (error, sent) => {
    const original = originalError(context, error);
    const isRetriable = original instanceof KafkaRetriableException;
    // The answer is that of the retry: the client drops a second one. But values that have gone out would go out again: there the error is
    // the answer, and what a retry answers comes too late.
    if (sent === 0) {
      // Nest's filters have made something else of this error, too.
      if (scope.asked !== undefined) throw scope.asked;
      if (isRetriable) return false;
    }
    // The interceptor has said so where there is one, but for what is usually retried.
    if (isRetriable || !hasOriginalError(context)) failSpan(trace.getActiveSpan(), isRetriable ? original : error);
    return true;
  });
}
