#!/usr/bin/env bash
# github.com/segmentio/kafka-go 0.4.51 on Apache Kafka 4.4.0: a Reader with IsolationLevel ReadCommitted, by whose documentation only committed and non-transactional
# records are visible, hands over the records of an aborted transaction. With either level the markers that end transactions come as messages, too.
# franz-go 1.22.3, which writes here, leaves both out. Needs Go 1.26.
. "$(dirname "$0")/support/kafka.sh"
start_kafka
run_go github.com/segmentio/kafka-go@v0.4.51 github.com/twmb/franz-go@v1.22.3 <<'GO'
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	kafka "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kgo"
)

const topic = "orders"

var (
	brokers = []string{os.Getenv("KAFKA_BROKERS")}
	ctx, _  = context.WithTimeout(context.Background(), time.Minute)
)

func main() {
	write()
	readKafkaGo("ReadCommitted", kafka.ReadCommitted)
	readKafkaGo("ReadUncommitted", kafka.ReadUncommitted)
	readFranzGo()
}

// One transaction that is aborted, one that is committed, and a record without one.
func write() {
	client := newClient(kgo.TransactionalID("writer"), kgo.AllowAutoTopicCreation(), kgo.DefaultProduceTopic(topic))
	for _, value := range []string{"aborted", "committed"} {
		check(client.BeginTransaction())
		check(client.ProduceSync(ctx, kgo.KeyStringRecord("key", value)).FirstErr())
		check(client.EndTransaction(ctx, kgo.TransactionEndTry(value == "committed")))
	}
	check(newClient(kgo.DefaultProduceTopic(topic)).ProduceSync(ctx, kgo.KeyStringRecord("key", "last")).FirstErr())
}

func readKafkaGo(name string, level kafka.IsolationLevel) {
	fmt.Println("kafka-go,", name)
	reader := kafka.NewReader(kafka.ReaderConfig{Brokers: brokers, Topic: topic, IsolationLevel: level, MaxWait: 100 * time.Millisecond})
	for value := ""; value != "last"; {
		message, err := reader.ReadMessage(ctx)
		check(err)
		value = string(message.Value)
		fmt.Printf("  offset %d: key %q, value %q\n", message.Offset, message.Key, message.Value)
	}
}

func readFranzGo() {
	fmt.Println("franz-go, ReadCommitted")
	client := newClient(kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	for value := ""; value != "last"; {
		fetches := client.PollFetches(ctx)
		check(fetches.Err())
		fetches.EachRecord(func(record *kgo.Record) {
			value = string(record.Value)
			fmt.Printf("  offset %d: key %q, value %q\n", record.Offset, record.Key, record.Value)
		})
	}
}

func newClient(options ...kgo.Opt) *kgo.Client {
	client, err := kgo.NewClient(append(options, kgo.SeedBrokers(brokers...))...)
	check(err)
	return client
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
GO
expect 'kafka-go, ReadCommitted
  offset 0: key "key", value "aborted"
  offset 1: key "\x00\x00\x00\x00", value "\x00\x00\x00\x00\x00\x00"
  offset 2: key "key", value "committed"
  offset 3: key "\x00\x00\x00\x01", value "\x00\x00\x00\x00\x00\x00"
  offset 4: key "key", value "last"
kafka-go, ReadUncommitted
  offset 0: key "key", value "aborted"
  offset 1: key "\x00\x00\x00\x00", value "\x00\x00\x00\x00\x00\x00"
  offset 2: key "key", value "committed"
  offset 3: key "\x00\x00\x00\x01", value "\x00\x00\x00\x00\x00\x00"
  offset 4: key "key", value "last"
franz-go, ReadCommitted
  offset 2: key "key", value "committed"
  offset 4: key "key", value "last"'
