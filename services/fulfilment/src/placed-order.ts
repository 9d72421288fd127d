/** A message of `orders.placed`. */
export interface PlacedOrder {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
}

/** Reads a message's value; `undefined` when it is not an order. */
export function placedOrder(value: Buffer | null): PlacedOrder | undefined {
  if (value === null) return undefined;
  let order: unknown;
  try {
    order = JSON.parse(value.toString());
  } catch {
    return undefined;
  }
  if (typeof order !== 'object' || order === null) return undefined;
  const { orderId, sku, quantity } = order as Readonly<Record<string, unknown>>;
  if (typeof orderId !== 'string' || orderId === '' || typeof sku !== 'string' || sku === '') return undefined;
  if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 1) return undefined;
  return { orderId, sku, quantity };
}
