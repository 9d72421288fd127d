import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { TracelinkModule } from '@tracelink/nestjs';
import { SubscriptionHealthIndicator } from '@tracelink/nestjs/terminus';
import { HealthController } from './health.controller.js';
import { OrdersController } from './orders.controller.js';
import { PackingController } from './packing.controller.js';
import { Packing } from './packing.js';
import { StockController } from './stock.controller.js';

@Module({
  imports: [
    TerminusModule,
    TracelinkModule.forRootAsync({
      useFactory: () => ({
        client: { clientId: 'shop', brokers: (process.env['KAFKA_BROKERS'] ?? 'localhost:9092').split(',') },
        clientKafka: { consumer: { groupId: 'shop-replies' } },
        subscribe: { groupId: 'shop', fromBeginning: true },
      }),
    }),
  ],
  controllers: [OrdersController, StockController, PackingController, HealthController],
  providers: [Packing, SubscriptionHealthIndicator],
})
export class AppModule {}
