// A hop by sarama with otelsarama: each record of HOP_IN goes on to HOP_OUT with its headers, inside a span of the handler's.
package main

import (
	"context"
	"os"
	"strings"

	"github.com/IBM/sarama"
	"github.com/dnwe/otelsarama"
	"go.opentelemetry.io/contrib/propagators/autoprop"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/trace"
)

type handler struct{ producer sarama.SyncProducer }

func (handler) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (handler) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (h handler) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for message := range claim.Messages() {
		// As otelsarama's example does it: the context is in the message, and goes into the next one by hand.
		ctx := otel.GetTextMapPropagator().Extract(context.Background(), otelsarama.NewConsumerMessageCarrier(message))
		ctx, span := otel.Tracer("hop").Start(ctx, "forward")
		next := &sarama.ProducerMessage{
			Topic: os.Getenv("HOP_OUT"), Key: sarama.ByteEncoder(message.Key), Value: sarama.ByteEncoder(message.Value),
		}
		for _, header := range message.Headers {
			next.Headers = append(next.Headers, *header)
		}
		otel.GetTextMapPropagator().Inject(ctx, otelsarama.NewProducerMessageCarrier(next))
		_, _, err := h.producer.SendMessage(next)
		must(err)
		span.End()
		session.MarkMessage(message, "")
	}
	return nil
}

func main() {
	otel.SetTracerProvider(trace.NewTracerProvider())
	otel.SetTextMapPropagator(autoprop.NewTextMapPropagator())
	brokers := strings.Split(os.Getenv("HOP_BROKERS"), ",")
	config := sarama.NewConfig()
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Producer.Return.Successes = true
	producer, err := sarama.NewSyncProducer(brokers, config)
	must(err)
	group, err := sarama.NewConsumerGroup(brokers, os.Getenv("HOP_GROUP"), config)
	must(err)
	traced := otelsarama.WrapConsumerGroupHandler(handler{otelsarama.WrapSyncProducer(config, producer)})
	for {
		must(group.Consume(context.Background(), []string{os.Getenv("HOP_IN")}, traced))
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
