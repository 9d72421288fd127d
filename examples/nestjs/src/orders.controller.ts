import { Body, Controller, Post, type OnModuleInit } from '@nestjs/common';
import { TracedClientKafka } from '@tracelink/nestjs';
import { lastValueFrom } from 'rxjs';
import type { Order } from './order.js';

@Controller('orders')
export class OrdersController implements OnModuleInit {
  constructor(private readonly kafka: TracedClientKafka) {}

  async onModuleInit(): Promise<void> {
    this.kafka.subscribeToResponseOf('stock.reserve');
    await this.kafka.connect();
  }

  @Post()
  async place(@Body() order: Order): Promise<{ id: number; shelf: string }> {
    const message = { key: String(order.id), value: order };
    const { shelf } = await lastValueFrom(this.kafka.send<{ shelf: string }>('stock.reserve', message));
    await lastValueFrom(this.kafka.emit('orders.placed', message));
    return { id: order.id, shelf };
  }
}
