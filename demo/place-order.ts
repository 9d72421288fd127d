/** What the orders service answered to an order. */
export interface PlacedOrder {
  readonly orderId: string;
  readonly traceId: string;
}

/** Places an order over HTTP. */
export async function placeOrder(ordersUrl: string, sku: string, signal: AbortSignal): Promise<PlacedOrder> {
  const response = await fetch(`${ordersUrl}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sku, quantity: 2 }),
    signal,
  });
  const { msg, data, traceId } = (await response.json()) as { msg: string; data: { orderId: string } | null; traceId: string | null };
  if (response.status !== 201 || data === null) throw new Error(`The orders service answered ${response.status}: ${msg}`);
  if (traceId === null) throw new Error('The answer of the orders service names no trace');
  return { orderId: data.orderId, traceId };
}
