import type { InFlight, Logger } from '@tracelink-demo/kit';
import { traceId, type BackgroundTasks } from '@tracelink/context';
import { requestContext } from '@tracelink/context/fastify';
import { fastify, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { answer } from './answer.ts';
import { answerErrors, answerUnroutable } from './answer-errors.ts';
import { closeConnections } from './close-connections.ts';
import { countRequests } from './count-requests.ts';
import { withCaller } from './caller.ts';
import { checkHealth } from './health.ts';
import { nameSpanByRoute } from './name-span-by-route.ts';
import { newOrderSchema, orderPathSchema, type NewOrder, type Order } from './order.ts';
import type { OrderStore } from './order-store.ts';
import { OrdersError } from './orders-error.ts';
import { placeOrder } from './place-order.ts';
import { unreadableRequest } from './unreadable-request.ts';

/** What the HTTP side works with. */
export interface AppParts {
  readonly store: OrderStore;
  /** See {@link placeOrder}. */
  readonly publish: (order: Order) => Promise<void>;
  /** Resolves when the broker answers. */
  readonly checkBroker: () => Promise<void>;
  /** See {@link placeOrder}. */
  readonly audit: (order: Order) => void;
  /** See {@link placeOrder}. */
  readonly lateOrders: BackgroundTasks;
  /** Gets the requests that are being answered. */
  readonly inFlight: InFlight;
  readonly log: Logger;
  /**
   * How long a client waits for the broker, in milliseconds.
   * @default 4_000
   */
  readonly brokerDeadline?: number;
}

const healthDeadline = 2_000;

/** The service's HTTP API. Nothing listens yet. */
export function ordersApp(parts: AppParts): FastifyInstance {
  const { store, checkBroker, inFlight, log, brokerDeadline = 4_000 } = parts;
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    bodyLimit: 16_384,
    // A client that sends "3" for 3 is told so.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, allErrors: true } },
    // While closing, the requests that still come over open connections get our answer, not the framework's.
    return503OnClosing: false,
    clientErrorHandler: unreadableRequest,
    frameworkErrors: answerUnroutable,
  });
  // Loaded before the first request; the span is the HTTP instrumentation's.
  void app.register(requestContext, { values: withCaller, traceresponse: true });
  closeConnections(app);
  countRequests(app, inFlight);
  answerErrors(app);
  nameSpanByRoute(app);

  app.post<{ Body: NewOrder }>('/orders', { schema: { body: newOrderSchema } }, async (request, reply) => {
    const order = await placeOrder({ ...parts, brokerDeadline, log: request.log as Logger }, request.body);
    return reply.code(201).send(answer(201, 'Order placed', order, traceId()));
  });

  app.get<{ Params: { orderId: string } }>('/orders/:orderId', { schema: { params: orderPathSchema } }, async (request) => {
    const order = await store.find(request.params.orderId);
    if (order === undefined) throw new OrdersError('order_not_found', 'There is no such order');
    return answer(200, 'Order found', order, traceId());
  });

  // Health is asked every few seconds; only its failures are worth a line.
  app.get('/health', { logLevel: 'warn' }, async (request, reply) => {
    const health = await checkHealth({ database: () => store.ping(), broker: checkBroker }, healthDeadline);
    const down = Object.keys(health).filter((name) => health[name] === 'down');
    if (down.length === 0) return answer(200, 'All up', health, traceId());
    request.log.warn({ down }, 'Not healthy');
    return reply.code(503).send(answer(503, `Down: ${down.join(', ')}`, health, traceId()));
  });
  return app;
}
