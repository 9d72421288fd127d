#!/usr/bin/env bash
# In a topic with message.timestamp.type=LogAppendTime the broker writes one time into a batch, which is that of all its records; the producer's times stay in the bytes.
# @platformatic/kafka 2.12.1 and github.com/segmentio/kafka-go 0.4.51 give the producer's; kafkajs 2.2.4, the same records read beside them, gives the broker's.
# Needs Node 24.6 and Go 1.26.
. "$(dirname "$0")/support/kafka.sh"
install kafkajs@2.2.4 @platformatic/kafka@2.12.1
start_kafka
run <<'JS'
import kafkajs from 'kafkajs';
import { Consumer } from '@platformatic/kafka';
const topic = 'orders';
const brokers = [process.env.KAFKA_BROKERS];
const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
const admin = kafka.admin();
const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
await admin.connect();
await producer.connect();
const configEntries = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }];
await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }], waitForLeaders: true });
const before = Date.now();
// A producer whose clock is an hour behind.
await producer.send({ topic, messages: [{ value: 'a', timestamp: String(before - 3_600_000) }, { value: 'b', timestamp: String(before - 3_599_000) }] });
const behind = (timestamp) => (Number(timestamp) >= before ? "the broker's time" : `${Math.round((before - Number(timestamp)) / 1000)} s before`);

const consumer = kafka.consumer({ groupId: 'reader' });
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await new Promise((resolve) => {
  void consumer.run({
    async eachMessage({ message }) {
      console.log(`kafkajs, offset ${message.offset}: ${behind(message.timestamp)}`);
      if (message.offset === '1') resolve();
    },
  });
});
const stream = await new Consumer({ clientId: 'reader', groupId: 'another', bootstrapBrokers: brokers }).consume({ topics: [topic], mode: 'earliest' });
for await (const { offset, timestamp } of stream) {
  console.log(`platformatic, offset ${offset}: ${behind(timestamp)}`);
  if (offset === 1n) break;
}
process.exit(0);
JS
expect "kafkajs, offset 0: the broker's time
kafkajs, offset 1: the broker's time
platformatic, offset 0: 3600 s before
platformatic, offset 1: 3599 s before"
run_go github.com/segmentio/kafka-go@v0.4.51 <<'GO'
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	kafka "github.com/segmentio/kafka-go"
)

func main() {
	ctx, _ := context.WithTimeout(context.Background(), time.Minute)
	reader := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{os.Getenv("KAFKA_BROKERS")}, Topic: "orders", MaxWait: 100 * time.Millisecond})
	for range 2 {
		message, err := reader.ReadMessage(ctx)
		if err != nil {
			panic(err)
		}
		// Less than an hour passes between the writing and this.
		fmt.Printf("kafka-go, offset %d: more than 50 minutes ago %t\n", message.Offset, time.Since(message.Time) > 50*time.Minute)
	}
}
GO
expect 'kafka-go, offset 0: more than 50 minutes ago true
kafka-go, offset 1: more than 50 minutes ago true'
