import { isOrderId } from './order.ts';

/** The order of a message of `shipments.created`; `undefined` when the message is not a shipment. */
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
