// A hop by franz-go with kotel: each record of HOP_IN goes on to HOP_OUT with its headers, inside a process span.
package main

import (
	"context"
	"os"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/plugin/kotel"
	"go.opentelemetry.io/contrib/propagators/autoprop"
	"go.opentelemetry.io/otel/sdk/trace"
)

func main() {
	tracer := kotel.NewTracer(kotel.TracerProvider(trace.NewTracerProvider()), kotel.TracerPropagator(autoprop.NewTextMapPropagator()))
	client, err := kgo.NewClient(
		kgo.SeedBrokers(strings.Split(os.Getenv("HOP_BROKERS"), ",")...),
		kgo.ConsumerGroup(os.Getenv("HOP_GROUP")),
		kgo.ConsumeTopics(os.Getenv("HOP_IN")),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		// kafkajs reads no snappy without a codec.
		kgo.ProducerBatchCompression(kgo.NoCompression()),
		kgo.WithHooks(kotel.NewKotel(kotel.WithTracer(tracer)).Hooks()...),
	)
	must(err)
	for {
		fetches := client.PollFetches(context.Background())
		must(fetches.Err())
		fetches.EachRecord(func(record *kgo.Record) {
			ctx, span := tracer.WithProcessSpan(record)
			defer span.End()
			next := &kgo.Record{Topic: os.Getenv("HOP_OUT"), Key: record.Key, Value: record.Value, Headers: record.Headers}
			must(client.ProduceSync(ctx, next).FirstErr())
		})
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
