import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { requestContext } from '@tracelink/context/express';
import { SubscribeStrategy } from '@tracelink/nestjs';
import { AppModule } from './app.module.js';

/** Starts to consume, and then to serve. */
export async function startApp(port: number): Promise<INestApplication> {
  const app = await NestFactory.create(AppModule, { logger: ['warn', 'error'] });
  app.use(requestContext());
  app.connectMicroservice({ strategy: app.get(SubscribeStrategy) });
  app.enableShutdownHooks();
  await app.startAllMicroservices();
  await app.listen(port);
  return app;
}
