import { isOrderId } from './order.ts';

/** The order that a message of `shipments.created` tells about; `undefined` when it is not a shipment at all. */
export function shippedOrderId(value: Buffer | null): string | undefined {
  if (value === null) return undefined;
  try {
    const shipment: unknown = JSON.parse(value.toString());
    if (typeof shipment !== 'object' || shipment === null || !('orderId' in shipment)) return undefined;
    const { orderId } = shipment;
    return isOrderId(orderId) ? orderId : undefined;
  } catch {
    return undefined;
  }
}
