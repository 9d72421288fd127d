// sarama, traced by otelsarama or not: sends to SENDER_TOPIC in the way that SENDER_WAY names.
package main

import (
	"context"
	"os"
	"strconv"
	"strings"

	"github.com/IBM/sarama"
	"github.com/dnwe/otelsarama"
	"go.opentelemetry.io/contrib/propagators/autoprop"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/trace"
)

func main() {
	otel.SetTracerProvider(trace.NewTracerProvider())
	otel.SetTextMapPropagator(autoprop.NewTextMapPropagator())
	way := os.Getenv("SENDER_WAY")
	config := sarama.NewConfig()
	config.Producer.Return.Successes = true
	producer, err := sarama.NewSyncProducer(strings.Split(os.Getenv("SENDER_BROKERS"), ","), config)
	must(err)
	if way != "untraced" {
		producer = otelsarama.WrapSyncProducer(config, producer)
	}
	for index := range 3 {
		ctx, span := otel.Tracer("sender").Start(context.Background(), "POST /orders")
		message := &sarama.ProducerMessage{
			Topic: os.Getenv("SENDER_TOPIC"), Key: sarama.StringEncoder("order-" + strconv.Itoa(index)), Value: sarama.StringEncoder("tea"),
		}
		if way == "null header" {
			message.Headers = append(message.Headers, sarama.RecordHeader{Key: []byte("note")})
		}
		if way != "untraced" {
			// otelsarama takes the parent of its span from the message.
			otel.GetTextMapPropagator().Inject(ctx, otelsarama.NewProducerMessageCarrier(message))
		}
		_, _, err := producer.SendMessage(message)
		must(err)
		span.End()
	}
	must(producer.Close())
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
