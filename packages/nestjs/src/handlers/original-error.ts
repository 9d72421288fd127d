import { Logger, UseInterceptors, type CallHandler, type ExecutionContext, type NestInterceptor, type Type } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';
import { KafkaContext, KafkaRetriableException, RpcException } from '@nestjs/microservices';
import { PATTERN_HANDLER_METADATA } from '@nestjs/microservices/constants.js';
import { PatternHandler } from '@nestjs/microservices/enums/pattern-handler.enum.js';
import { SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import { tap, type Observable } from 'rxjs';
import { errorClass, errorMessage } from '@tracelink/context/internal';

/** What the handler of a context threw, before Nest's exception filters made something else of it. */
const thrown = new WeakMap<object, { readonly error: unknown }>();

const logger = new Logger('Tracelink');
let isWarned = false;

/**
 * Keeps what a handler throws. Nest's filters turn it into a plain object for the one who asked, and of an error that is no `RpcException`
 * nothing but "Internal server error" is left. Here nothing is changed: whoever gets the plain object looks up what it was.
 */
class OriginalErrors implements NestInterceptor {
  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const context: unknown = execution.switchToRpc().getContext();
    // Of another transport, or of HTTP where a method is a route, too.
    if (!(context instanceof KafkaContext)) return next.handle();
    const isRequest = Reflect.getMetadata(PATTERN_HANDLER_METADATA, execution.getHandler()) === PatternHandler.MESSAGE;
    // Now: an error that arrives as an answer does so in the span of that answer.
    const span = trace.getActiveSpan();
    return next.handle().pipe(
      tap({
        error: (error: unknown) => {
          // Two handlers of one topic share the context: what failed first is what fails the message.
          if (!thrown.has(context)) thrown.set(context, { error });
          // A failed request is answered, and so its message is handled; its span must say that it failed all the same.
          if (isRequest && !(error instanceof KafkaRetriableException)) failSpan(span, error);
        },
      }),
    );
  }
}

const originalErrors = new OriginalErrors();
const watched = new WeakSet<object>();

/**
 * Puts the interceptor around the pattern handlers of a controller, as `@UseInterceptors` on each of them does: innermost, so that it sees
 * an error before other interceptors do. Must be called before Nest binds the handlers.
 */
export function keepOriginalErrors(controller: Type): void {
  const prototype = controller.prototype as Record<string, object>;
  for (const name of new MetadataScanner().getAllMethodNames(prototype)) {
    const method = prototype[name];
    if (method === undefined || watched.has(method) || !Reflect.hasMetadata(PATTERN_HANDLER_METADATA, method)) continue;
    watched.add(method);
    UseInterceptors(originalErrors)(prototype, name, { value: method });
  }
}

/** Whether the interceptor saw what the handler of this context threw. */
export function hasOriginalError(context: KafkaContext): boolean {
  return thrown.has(context);
}

/**
 * What the handler threw, where Nest made a plain object of it. An `Error` that comes out of Nest is what an exception filter of the
 * application made on purpose, or the handler's own, and stays.
 *
 * @param emitted what came out of Nest
 */
export function originalError(context: KafkaContext, emitted: unknown): unknown {
  if (emitted instanceof Error) return emitted;
  const original = thrown.get(context);
  if (original !== undefined) return original.error;
  if (!isWarned) {
    isWarned = true;
    logger.warn(
      'What a handler threw is lost: Nest handed on a plain object instead. Import TracelinkModule.forRoot(…) to keep it. ' +
        'What a guard throws is never kept.',
    );
  }
  return new RpcException(emitted as object);
}

/**
 * Says on the span that processes a message that the handler failed, and how: for what the consumer never hears of, such as the failure of
 * a request, or hears of as something else.
 * Source: semantic conventions, recording errors.
 */
export function failSpan(span: Span | undefined, error: unknown): void {
  if (span?.isRecording() !== true) return;
  const message = errorMessage(error);
  span.recordException(error instanceof Error ? error : message);
  span.setAttribute('error.type', errorClass(error));
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}
