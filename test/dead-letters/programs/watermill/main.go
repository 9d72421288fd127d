// A router of Watermill whose handler fails at every record of LETTERS_TOPIC; its poison queue is LETTERS_OUT.
package main

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/IBM/sarama"
	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill-kafka/v3/pkg/kafka"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/message/router/middleware"
)

func main() {
	brokers := strings.Split(os.Getenv("LETTERS_BROKERS"), ",")
	config := kafka.DefaultSaramaSubscriberConfig()
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	subscriber, err := kafka.NewSubscriber(kafka.SubscriberConfig{
		Brokers: brokers, ConsumerGroup: os.Getenv("LETTERS_GROUP"), Unmarshaler: kafka.DefaultMarshaler{}, OverwriteSaramaConfig: config,
	}, watermill.NopLogger{})
	must(err)
	publisher, err := kafka.NewPublisher(kafka.PublisherConfig{Brokers: brokers, Marshaler: kafka.DefaultMarshaler{}}, watermill.NopLogger{})
	must(err)
	poison, err := middleware.PoisonQueue(publisher, os.Getenv("LETTERS_OUT"))
	must(err)
	router, err := message.NewRouter(message.RouterConfig{}, watermill.NopLogger{})
	must(err)
	router.AddMiddleware(poison)
	router.AddNoPublisherHandler("pack", os.Getenv("LETTERS_TOPIC"), subscriber, func(received *message.Message) error {
		return errors.New("no stock for " + string(received.Payload))
	})
	must(router.Run(context.Background()))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
