import type { InFlight, Logger } from '@tracelink-demo/kit';
import { traceId } from '@tracelink/context';
import { requestContext } from '@tracelink/context/fastify';
import { fastify, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { answer } from './answer.ts';
import { answerErrors, answerUnroutable } from './answer-errors.ts';
import { withCaller } from '../order/caller.ts';
import { checkHealth } from './health.ts';
import { newOrderSchema, orderPathSchema, type NewOrder } from '../order/order.ts';
import { OrdersError } from '../errors/orders-error.ts';
import { placeOrder, type PlaceOrderParts } from '../order/place-order.ts';
import { closeConnections, countRequests } from './request-hooks.ts';
import { unreadableRequest } from './unreadable-request.ts';

/** The dependencies of the HTTP side. */
export interface AppParts extends PlaceOrderParts {
  /** Resolves when the broker answers. */
  readonly checkBroker: () => Promise<void>;
  /** Resolves when the relay of the outbox holds no message. */
  readonly checkOutbox: () => Promise<void>;
  /** Tracks the requests in flight. */
  readonly inFlight: InFlight;
}

const healthDeadline = 2_000;

/** The service's HTTP API, before it listens. */
export function ordersApp(parts: AppParts): FastifyInstance {
  const { store, checkBroker, checkOutbox, inFlight, log } = parts;
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    bodyLimit: 16_384,
    // A client that sends "3" for 3 gets an error.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } },
    // During the close, later requests on open connections get our answer, not the framework's.
    return503OnClosing: false,
    clientErrorHandler: unreadableRequest,
    frameworkErrors: answerUnroutable,
  });
  // Loaded before the first request; the span is the HTTP instrumentation's.
  void app.register(requestContext, { values: withCaller, traceresponse: true });
  closeConnections(app);
  countRequests(app, inFlight);
  answerErrors(app);

  app.post<{ Body: NewOrder }>('/orders', { schema: { body: newOrderSchema } }, async (request, reply) => {
    const order = await placeOrder({ ...parts, log: request.log as Logger }, request.body);
    return reply.code(201).send(answer(201, 'Order placed', order, traceId()));
  });

  app.get<{ Params: { orderId: string } }>('/orders/:orderId', { schema: { params: orderPathSchema } }, async (request) => {
    const order = await store.find(request.params.orderId);
    if (order === undefined) throw new OrdersError('order_not_found', 'There is no such order');
    return answer(200, 'Order found', order, traceId());
  });

  // Health is polled every few seconds; only its failures are worth a line.
  app.get('/health', { logLevel: 'warn' }, async (request, reply) => {
    const checks = { database: () => store.ping(), broker: checkBroker, outbox: checkOutbox };
    const health = await checkHealth(checks, healthDeadline);
    const down = Object.keys(health).filter((name) => health[name] === 'down');
    if (down.length === 0) return answer(200, 'All up', health, traceId());
    request.log.warn({ down }, 'Not healthy');
    // Without broker and relay orders are still accepted: a load balancer must not send clients away.
    const code = health['database'] === 'down' ? 503 : 200;
    return reply.code(code).send(answer(code, `Down: ${down.join(', ')}`, health, traceId()));
  });
  return app;
}
