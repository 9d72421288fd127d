#!/usr/bin/env bash
# @nestjs/microservices 12.1.1: a request counts as handled before its answer is sent: kafkajs may commit it, and a process that ends then has answered nobody.
. "$(dirname "$0")/support/kafka.sh"
install @nestjs/common@12.1.1 @nestjs/core@12.1.1 @nestjs/microservices@12.1.1 kafkajs@2.2.4 reflect-metadata@0.2.2 rxjs@7.8.2
run <<'JS'
import { KafkaHeaders, ServerKafka } from '@nestjs/microservices';
let sent;
const answered = new Promise((resolve) => (sent = resolve));
class Server extends ServerKafka {
  // What sends an answer, with the producer.
  async sendMessage() {
    await new Promise((resolve) => setTimeout(resolve, 100));
    console.log('the answer is sent');
    sent();
  }
}
const server = new Server({});
server.addHandler('sums', async ([a, b]) => a + b);
const headers = { [KafkaHeaders.CORRELATION_ID]: Buffer.from('1'), [KafkaHeaders.REPLY_TOPIC]: Buffer.from('sums.reply') };
await server.handleMessage({ topic: 'sums', partition: 0, message: { key: null, value: Buffer.from('[1,2]'), headers, offset: '0' } });
console.log('the request is handled');
await answered;
JS
expect 'the request is handled
the answer is sent'
