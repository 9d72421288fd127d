package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// admin asks what an operator's tools ask.
func admin(ctx context.Context) {
	adm := kadm.NewClient(client())
	defer adm.Close()
	createTopic(ctx, name, 2)
	topic(ctx, adm)
	offsets(ctx, adm)
	group(ctx, adm)
	fact("cluster", len(got(adm.BrokerMetadata(ctx)).Brokers) > 0)
	got(adm.DeleteTopic(ctx, name))
	await(ctx, "deleted topic", func() bool { return !got(adm.ListTopics(ctx)).Has(name) })
	fact("deleted topic", true)
}

func topic(ctx context.Context, adm *kadm.Client) {
	_, err := adm.CreateTopic(ctx, 1, 1, nil, name)
	var told *kerr.Error
	if errors.As(err, &told) {
		fact("second creation", told.Message)
	}
	must(got(adm.UpdatePartitions(ctx, 3, name)).Error())
	await(ctx, "three partitions", func() bool { return len(got(adm.ListTopics(ctx, name))[name].Partitions) == 3 })
	fact("partitions", 3)
	value := "1234567"
	got(adm.AlterTopicConfigs(ctx, []kadm.AlterConfig{{Op: kadm.SetConfig, Name: "retention.ms", Value: &value}}, name))
	await(ctx, "altered config", func() bool {
		for _, config := range got(adm.DescribeTopicConfigs(ctx, name))[0].Configs {
			if config.Key == "retention.ms" {
				return config.MaybeValue() == value
			}
		}
		return false
	})
	fact("config", value)
}

func offsets(ctx context.Context, adm *kadm.Client) {
	producer := client(kgo.RecordPartitioner(kgo.ManualPartitioner()))
	defer producer.Close()
	const start = 1_700_000_000_000
	for index := range int64(10) {
		record := &kgo.Record{Topic: name, Value: []byte("v"), Timestamp: time.UnixMilli(start + index)}
		must(producer.ProduceSync(ctx, record).FirstErr())
	}
	got(adm.DeleteRecords(ctx, kadm.Offsets{name: {0: {Topic: name, Partition: 0, At: 4}}}))
	fact("earliest", got(adm.ListStartOffsets(ctx, name))[name][0].Offset)
	fact("latest", got(adm.ListEndOffsets(ctx, name))[name][0].Offset)
	fact("maximal timestamp", got(adm.ListMaxTimestampOffsets(ctx, name))[name][0].Offset)
	fact("timestamp", got(adm.ListOffsetsAfterMilli(ctx, start+6, name))[name][0].Offset)
}

func group(ctx context.Context, adm *kadm.Client) {
	member := join(name)
	atRest(ctx, []*groupMember{member}, 3)
	described := got(adm.DescribeGroups(ctx, name))[name]
	fact("group", []any{strings.ToLower(described.State), len(described.Members)})
	member.client.Close()
	committed := kadm.Offset{Topic: name, Partition: 0, At: 5, LeaderEpoch: -1, Metadata: "note"}
	got(adm.CommitOffsets(ctx, name, kadm.Offsets{name: {0: committed}}))
	offset := got(adm.FetchOffsets(ctx, name))[name][0]
	fact("committed", []any{offset.Partition, offset.At, offset.Metadata})
	fact("listed group", slices.Contains(got(adm.ListGroups(ctx)).Groups(), name))
	got(adm.DeleteGroup(ctx, name))
	fact("deleted group", !slices.Contains(got(adm.ListGroups(ctx)).Groups(), name))
}
