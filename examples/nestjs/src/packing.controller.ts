import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { ConsumerGroup, type SubscribeContext } from '@tracelink/nestjs';
import type { Order } from './order.js';
import { NotPackable, Packing } from './packing.js';

@Controller()
export class PackingController {
  constructor(private readonly packing: Packing) {}

  @ConsumerGroup({
    groupId: 'packing',
    concurrency: { keys: 8 },
    retry: { attempts: 5 },
    // The error is the one that the handler threw.
    classify: (error) => (error instanceof NotPackable ? 'dead-letter' : 'retry'),
  })
  @EventPattern('orders.placed')
  pack(@Payload() order: Order, @Ctx() context: SubscribeContext): void {
    context.getScope().signal.throwIfAborted();
    this.packing.pack(order);
  }
}
