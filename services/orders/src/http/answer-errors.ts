import { traceId } from '@tracelink/context';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answer } from './answer.ts';
import { OrdersError } from '../errors/orders-error.ts';

/** Gives every failed request, and every path that does not exist, an answer of the common shape. */
export function answerErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    void reply.code(404).send(answer(404, `There is no ${request.method} ${request.url}`, null, traceId()));
  });

  app.setErrorHandler<FastifyError | OrdersError>((error, request, reply) => {
    if (error instanceof OrdersError) {
      if (error.statusCode >= 500) request.log.error({ error }, error.message);
      return reply.code(error.statusCode).send(answer(error.statusCode, error.message, null, traceId()));
    }
    if (error.validation !== undefined) {
      const field = invalidField(error.validation[0]);
      return reply.code(400).send(answer(400, error.message, { field }, traceId()));
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send(answer(status, error.message, null, traceId()));
    request.log.error({ error }, 'Request failed');
    // Internal errors are only for the log, which the trace id leads to.
    return reply.code(status).send(answer(status, 'Something went wrong here', null, traceId()));
  });
}

/** Answers a path that the router cannot read, such as one with a broken percent sequence. */
export function answerUnroutable(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  const status = error.statusCode ?? 400;
  void reply.code(status).send(answer(status, error.message, null, traceId()));
}

type SchemaError = NonNullable<FastifyError['validation']>[number];

/** The name of the field that a schema error is about; `null` when it is the whole body (absent, or not an object). */
function invalidField(error: SchemaError | undefined): string | null {
  const missing = error?.params['missingProperty'];
  if (typeof missing === 'string') return missing;
  return error?.instancePath.split('/')[1] ?? null;
}
