package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// transactions consumes seven messages, and produces in the transactions that commit their offsets: one is aborted.
func transactions(ctx context.Context) {
	createTopic(ctx, name, 3)
	input := name + "-input"
	createTopic(ctx, input, 1)
	producer := client(kgo.DefaultProduceTopic(input))
	for index := range 7 {
		must(producer.ProduceSync(ctx, kgo.StringRecord(fmt.Sprint(index))).FirstErr())
	}
	producer.Close()
	session := got(kgo.NewGroupTransactSession(
		kgo.SeedBrokers(bootstrap...), kgo.TransactionalID(name), kgo.ConsumerGroup(name), kgo.ConsumeTopics(input),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.RequireStableFetchOffsets(), fromStart(),
		kgo.RecordPartitioner(kgo.ManualPartitioner())))
	for _, result := range []string{"aborted", "committed"} {
		must(session.Begin())
		for count := 0; count < 7; {
			fetches := session.PollFetches(ctx)
			must(fetches.Err())
			count += fetches.NumRecords()
		}
		for partition := range int32(3) {
			must(session.ProduceSync(ctx, recordTo(partition, result)).FirstErr())
		}
		committed := got(session.End(ctx, kgo.TransactionEndTry(result == "committed")))
		if committed != (result == "committed") {
			must(fmt.Errorf("what should be %s was not", result))
		}
	}
	session.Close()
	emitCommitted(ctx, input)
	read(ctx, "committed", 3, kgo.ReadCommitted())
	read(ctx, "uncommitted", 6, kgo.ReadUncommitted())

	older, newer := transactional(), transactional()
	must(older.BeginTransaction())
	must(older.ProduceSync(ctx, recordTo(0, "open")).FirstErr())
	must(newer.BeginTransaction())
	must(newer.ProduceSync(ctx, recordTo(0, "newer")).FirstErr())
	err := older.ProduceSync(ctx, recordTo(1, "fenced")).FirstErr()
	var told *kerr.Error
	if !errors.As(err, &told) {
		told = &kerr.Error{Message: fmt.Sprint(err)}
	}
	emit("fenced", Fields{"error": told.Message})
	must(newer.EndTransaction(ctx, kgo.TryAbort))
	newer.Close()
	older.Close()
}

func transactional() *kgo.Client {
	return client(kgo.TransactionalID(name+"-fencing"), kgo.RecordPartitioner(kgo.ManualPartitioner()))
}

func recordTo(partition int32, value string) *kgo.Record {
	return &kgo.Record{Topic: name, Partition: partition, Value: fmt.Appendf(nil, "%s-%d", value, partition)}
}

func read(ctx context.Context, isolation string, count int, level kgo.IsolationLevel) {
	consumer := client(kgo.ConsumeTopics(name), kgo.FetchIsolationLevel(level), fromStart())
	defer consumer.Close()
	for seen := 0; seen < count; {
		for _, record := range poll(ctx, consumer) {
			emit("read", Fields{
				"isolation": isolation, "partition": record.Partition, "offset": record.Offset, "value": string(record.Value),
			})
			seen++
		}
	}
}
