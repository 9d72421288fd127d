#!/usr/bin/env bash
# @nestjs/microservices 12.1.1: a header that a record has twice reaches the handler as one text, its values joined by a comma. Two contexts become one value that no
# propagator reads, and two lists of baggage one list. No broker.
. "$(dirname "$0")/support/kafka.sh"
install @nestjs/common@12.1.1 @nestjs/core@12.1.1 @nestjs/microservices@12.1.1 kafkajs@2.2.4 reflect-metadata@0.2.2 rxjs@7.8.2
run <<'JS'
import { ServerKafka } from '@nestjs/microservices';
const server = new ServerKafka({});
server.addHandler('orders', async (_, context) => console.log(JSON.stringify(context.getMessage().headers)), true);
// What kafkajs hands to eachMessage of a record with two headers of one name.
const headers = { baggage: [Buffer.from('tenant=acme'), Buffer.from('region=eu')], once: Buffer.from('1') };
await server.handleMessage({ topic: 'orders', partition: 0, message: { key: null, value: Buffer.from('{}'), headers, offset: '0' } });
JS
expect '{"baggage":"tenant=acme,region=eu","once":"1"}'
