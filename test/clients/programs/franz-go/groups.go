package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// groupMember is a member of a group and the partitions that it has now.
type groupMember struct {
	client *kgo.Client
	lock   sync.Mutex
	held   map[int32]bool
}

func join(topic string, options ...kgo.Opt) *groupMember {
	member := &groupMember{held: map[int32]bool{}}
	change := func(holds bool) func(context.Context, *kgo.Client, map[string][]int32) {
		return func(_ context.Context, _ *kgo.Client, partitions map[string][]int32) {
			member.lock.Lock()
			defer member.lock.Unlock()
			for _, partition := range partitions[topic] {
				if holds {
					member.held[partition] = true
				} else {
					delete(member.held, partition)
				}
			}
		}
	}
	options = append(options,
		kgo.ConsumerGroup(topic), kgo.ConsumeTopics(topic), kgo.DisableAutoCommit(), fromStart(),
		kgo.HeartbeatInterval(100*time.Millisecond), kgo.FetchMaxWait(100*time.Millisecond),
		kgo.OnPartitionsAssigned(change(true)), kgo.OnPartitionsRevoked(change(false)), kgo.OnPartitionsLost(change(false)))
	member.client = client(options...)
	return member
}

func (member *groupMember) partitions() []int32 {
	member.lock.Lock()
	defer member.lock.Unlock()
	partitions := []int32{}
	for partition := range member.held {
		partitions = append(partitions, partition)
	}
	slices.Sort(partitions)
	return partitions
}

// atRest waits until each member has as many partitions as it should.
func atRest(ctx context.Context, group []*groupMember, sizes ...int) [][]int32 {
	var all [][]int32
	await(ctx, fmt.Sprint(sizes, " partitions"), func() bool {
		all = nil
		for index, member := range group {
			partitions := member.partitions()
			if len(partitions) != sizes[index] {
				return false
			}
			all = append(all, partitions)
		}
		return true
	})
	return all
}

// members shares the partitions between two members by an eager balancer and by a cooperative one.
func members(ctx context.Context) {
	for _, balancer := range []kgo.GroupBalancer{kgo.RangeBalancer(), kgo.CooperativeStickyBalancer()} {
		assignor := balancer.ProtocolName()
		topic := name + "-" + assignor
		createTopic(ctx, topic, 4)
		stays := join(topic, kgo.Balancers(balancer))
		emit("assigned", Fields{"assignor": assignor, "members": atRest(ctx, []*groupMember{stays}, 4)})
		leaves := join(topic, kgo.Balancers(balancer))
		both := []*groupMember{stays, leaves}
		emit("assigned", Fields{"assignor": assignor, "members": atRest(ctx, both, 2, 2)})
		producer := client(kgo.RecordPartitioner(kgo.ManualPartitioner()))
		for partition := range int32(4) {
			record := &kgo.Record{Topic: topic, Partition: partition, Value: fmt.Appendf(nil, "value-%d", partition)}
			must(producer.ProduceSync(ctx, record).FirstErr())
		}
		producer.Close()
		for index, member := range both {
			for count := 0; count < 2; {
				for _, record := range poll(ctx, member.client) {
					emit("shared", Fields{
						"assignor": assignor, "member": index, "partition": record.Partition, "value": string(record.Value),
					})
					count++
				}
			}
			must(member.client.CommitUncommittedOffsets(ctx))
		}
		leaves.client.Close()
		emit("assigned", Fields{"assignor": assignor, "members": atRest(ctx, []*groupMember{stays}, 4)})
		stays.client.Close()
	}
}

// statics lets a static member come back, and counts the generations until it is.
func statics(ctx context.Context) {
	createTopic(ctx, name, 4)
	stays := join(name)
	named := kgo.InstanceID("returns")
	returns := join(name, named)
	atRest(ctx, []*groupMember{stays, returns}, 2, 2)
	_, before := stays.client.GroupMetadata()
	returns.client.Close()
	returns = join(name, named)
	partitions := atRest(ctx, []*groupMember{stays, returns}, 2, 2)[1]
	_, after := returns.client.GroupMetadata()
	emit("returned", Fields{"partitions": partitions, "rebalances": after - before})
	returns.client.Close()
	stays.client.Close()
}
