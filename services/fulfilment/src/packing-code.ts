import { scrypt, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, string, number, ScryptOptions, Buffer>(scrypt);

/**
 * The code on a parcel: the same for the same order, so that a repeated delivery makes no second parcel, and slow to
 * guess. Takes some milliseconds in a thread: the work that the trace of this service shows.
 *
 * @returns 16 lower-case hex digits
 */
export async function packingCode(orderId: string, sku: string): Promise<string> {
  return (await derive(orderId, sku, 8, { N: 1_024 })).toString('hex');
}
