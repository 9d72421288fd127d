/** The state of an order. */
export type OrderStatus = 'placed' | 'shipped';

/** A client's request. */
export interface NewOrder {
  readonly sku: string;
  readonly quantity: number;
}

/** An order as it is stored, sent and returned. */
export interface Order extends NewOrder {
  readonly orderId: string;
  readonly status: OrderStatus;
  /** ISO 8601 in UTC. */
  readonly placedAt: string;
}

/** JSON schema of the body of `POST /orders`. Unknown fields are ignored, so that clients can be newer than the service. */
export const newOrderSchema = {
  type: 'object',
  required: ['sku', 'quantity'],
  properties: {
    sku: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' },
    quantity: { type: 'integer', minimum: 1, maximum: 1_000 },
  },
} as const;

/** JSON schema of the path of `GET /orders/:orderId`. */
export const orderPathSchema = {
  type: 'object',
  properties: { orderId: { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' } },
} as const;

const uuid = new RegExp(orderPathSchema.properties.orderId.pattern);

/** Whether a value from outside can be the id of an order. */
export function isOrderId(value: unknown): value is string {
  return typeof value === 'string' && uuid.test(value);
}
