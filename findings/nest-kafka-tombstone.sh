#!/usr/bin/env bash
# @nestjs/microservices 12.1.1: the handler of a record without a value, a tombstone, is given the whole record as its data.
. "$(dirname "$0")/support/kafka.sh"
install @nestjs/common@12.1.1 @nestjs/core@12.1.1 @nestjs/microservices@12.1.1 kafkajs@2.2.4 reflect-metadata@0.2.2 rxjs@7.8.2
run <<'JS'
import { ServerKafka } from '@nestjs/microservices';
const server = new ServerKafka({});
server.addHandler('profiles', async (data) => console.log(JSON.stringify(data)), true);
// What kafkajs hands to eachMessage, by the method that Nest gives it.
for (const value of [Buffer.from('{"name":"Ada"}'), null])
  await server.handleMessage({ topic: 'profiles', partition: 0, message: { key: Buffer.from('7'), value, headers: {}, offset: '0' } });
JS
expect '{"name":"Ada"}
{"key":"7","value":null,"headers":{},"offset":"0","topic":"profiles","partition":0}'
