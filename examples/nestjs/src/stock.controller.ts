import { Controller } from '@nestjs/common';
import { MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import type { Order } from './order.js';

@Controller()
export class StockController {
  @MessagePattern('stock.reserve')
  reserve(@Payload() { item }: Order): { shelf: string } {
    if (item === 'moon') throw new RpcException('there is only one');
    return { shelf: `shelf of ${item}` };
  }
}
