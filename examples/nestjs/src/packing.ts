import { Injectable } from '@nestjs/common';
import type { Order } from './order.js';

/** A parcel that can never be: it goes to the dead-letter topic at once. */
export class NotPackable extends Error {
  override readonly name = 'NotPackable';
}

@Injectable()
export class Packing {
  readonly packed: Order[] = [];

  pack(order: Order): void {
    if (order.item === 'fog') throw new NotPackable('fog has no edges');
    this.packed.push(order);
  }
}
