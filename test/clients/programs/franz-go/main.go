// franz-go: client <bootstrap> <scenario> <name>.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

var bootstrap, name = strings.Split(os.Args[1], ","), os.Args[3]

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	scenario, known := map[string]func(context.Context){
		"messages": messages, "members": members, "statics": statics, "transactions": transactions, "admin": admin,
	}[os.Args[2]]
	if !known {
		must(fmt.Errorf("no scenario %s", os.Args[2]))
	}
	scenario(ctx)
}

// messages sends by every codec with an idempotent producer, and reads it back by a group that commits.
func messages(ctx context.Context) {
	createTopic(ctx, name, 3)
	codecs := []string{"none", "gzip", "snappy", "lz4", "zstd"}
	by := map[string]kgo.CompressionCodec{
		"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
		"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
	}
	for _, codec := range codecs {
		producer := client(kgo.ProducerBatchCompression(by[codec]), kgo.DefaultProduceTopic(name))
		records := make([]*kgo.Record, 60)
		for index := range records {
			records[index] = &kgo.Record{
				Key:     fmt.Appendf(nil, "key-%d", index%7),
				Value:   fmt.Appendf(nil, "%s-%d", codec, index),
				Headers: []kgo.RecordHeader{header("codec", codec), header("twice", "1"), header("twice", "2")},
			}
		}
		must(producer.ProduceSync(ctx, records...).FirstErr())
		producer.Close()
	}
	consumer := client(kgo.ConsumerGroup(name), kgo.ConsumeTopics(name), kgo.DisableAutoCommit(), fromStart())
	for count := 0; count < 60*len(codecs); {
		for _, record := range poll(ctx, consumer) {
			headers := [][2]string{}
			for _, header := range record.Headers {
				headers = append(headers, [2]string{header.Key, string(header.Value)})
			}
			emit("record", Fields{
				"partition": record.Partition, "offset": record.Offset,
				"key": string(record.Key), "value": string(record.Value), "headers": headers,
			})
			count++
		}
	}
	must(consumer.CommitUncommittedOffsets(ctx))
	consumer.Close()
	emitCommitted(ctx, name)
}

func emitCommitted(ctx context.Context, topic string) {
	adm := kadm.NewClient(client())
	defer adm.Close()
	for partition, offset := range got(adm.FetchOffsetsForTopics(ctx, name, topic))[topic] {
		emit("committed", Fields{"partition": partition, "offset": offset.At})
	}
}

func createTopic(ctx context.Context, topic string, partitions int32) {
	adm := kadm.NewClient(client())
	defer adm.Close()
	got(adm.CreateTopic(ctx, partitions, 1, nil, topic))
	await(ctx, "new topic", func() bool { return got(adm.ListTopics(ctx)).Has(topic) })
}

func client(options ...kgo.Opt) *kgo.Client {
	return got(kgo.NewClient(append(options, kgo.SeedBrokers(bootstrap...))...))
}

func fromStart() kgo.Opt {
	return kgo.ConsumeResetOffset(kgo.NewOffset().AtStart())
}

func header(key, value string) kgo.RecordHeader {
	return kgo.RecordHeader{Key: key, Value: []byte(value)}
}

func poll(ctx context.Context, consumer *kgo.Client) []*kgo.Record {
	fetches := consumer.PollFetches(ctx)
	must(fetches.Err())
	return fetches.Records()
}
