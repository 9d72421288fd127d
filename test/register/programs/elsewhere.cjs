// A program that sends in a thread and in a process of its own.
const { fork } = require('node:child_process');
const events = require('node:events');
const { isMainThread, Worker } = require('node:worker_threads');

const [brokers, topic, key] = process.argv.slice(2);

async function send() {
  const { Kafka } = require('kafkajs');
  const producer = new Kafka({ brokers: brokers.split(','), logLevel: 1 }).producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ key, value: 'v' }] });
  await producer.disconnect();
}

if (isMainThread && key === undefined) {
  const started = [new Worker(__filename, { argv: [brokers, topic, 'thread'] }), fork(__filename, [brokers, topic, 'process'])];
  void Promise.all(started.map((each) => events.once(each, 'exit')));
} else void send();
