// A router of Watermill: the record of SENDER_IN, which another client wrote, goes on to SENDER_TOPIC.
package main

import (
	"context"
	"os"
	"strings"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill-kafka/v3/pkg/kafka"
)

func main() {
	brokers := strings.Split(os.Getenv("SENDER_BROKERS"), ",")
	sarama := kafka.DefaultSaramaSubscriberConfig()
	sarama.Consumer.Offsets.Initial = -2
	subscriber, err := kafka.NewSubscriber(kafka.SubscriberConfig{
		Brokers: brokers, ConsumerGroup: os.Getenv("SENDER_TOPIC"), Unmarshaler: kafka.DefaultMarshaler{}, OverwriteSaramaConfig: sarama,
	}, watermill.NopLogger{})
	must(err)
	publisher, err := kafka.NewPublisher(kafka.PublisherConfig{Brokers: brokers, Marshaler: kafka.DefaultMarshaler{}}, watermill.NopLogger{})
	must(err)
	messages, err := subscriber.Subscribe(context.Background(), os.Getenv("SENDER_IN"))
	must(err)
	received := <-messages
	must(publisher.Publish(os.Getenv("SENDER_TOPIC"), received.Copy()))
	received.Ack()
	must(publisher.Close())
	must(subscriber.Close())
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
