import type { Codec } from '@tracelink/kafka/subscribe';

/** A message of `orders.placed`. */
export interface PlacedOrder {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
  /** Milliseconds since the epoch; `undefined` when the message does not have it. */
  readonly placedAt: number | undefined;
}

/** Reads the values of `orders.placed`. @throws {TypeError} when the value is no order */
export const orderCodec: Codec<PlacedOrder> = {
  decode(value) {
    const order = placedOrder(value);
    if (order === undefined) throw new TypeError('The message is not an order');
    return order;
  },
};

function placedOrder(value: Buffer | null): PlacedOrder | undefined {
  if (value === null) return undefined;
  let order: unknown;
  try {
    order = JSON.parse(value.toString());
  } catch {
    return undefined;
  }
  if (typeof order !== 'object' || order === null) return undefined;
  const { orderId, sku, quantity, placedAt } = order as Readonly<Record<string, unknown>>;
  if (typeof orderId !== 'string' || orderId === '' || typeof sku !== 'string' || sku === '') return undefined;
  if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 1) return undefined;
  const at = typeof placedAt === 'string' ? Date.parse(placedAt) : NaN;
  return { orderId, sku, quantity, placedAt: Number.isNaN(at) ? undefined : at };
}
