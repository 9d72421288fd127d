/** The orders service's answer to an order. */
export interface PlacedOrder {
  readonly orderId: string;
  readonly traceId: string;
}

/** Places an order over HTTP. @throws {Error} when it was not accepted, with the service's message */
export async function placeOrder(ordersUrl: string, sku: string, signal: AbortSignal): Promise<PlacedOrder> {
  const response = await fetch(`${ordersUrl}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sku, quantity: 2 }),
    signal,
  });
  const { msg, data, traceId } = (await response.json()) as Answer;
  if (response.status !== 201 || data === null) throw new Error(`The orders service answered ${response.status}: ${msg}`);
  if (traceId === null) throw new Error('The answer of the orders service names no trace');
  return { orderId: data.orderId, traceId };
}

/** The status of an order in the orders service: `placed`, `shipped`, … */
export async function statusOf(ordersUrl: string, orderId: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(`${ordersUrl}/orders/${orderId}`, { signal });
  const { msg, data } = (await response.json()) as Answer;
  if (data === null) throw new Error(`The orders service answered ${response.status}: ${msg}`);
  return data.status;
}

interface Answer {
  readonly msg: string;
  readonly data: { readonly orderId: string; readonly status: string } | null;
  readonly traceId: string | null;
}
