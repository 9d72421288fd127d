import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** What an operator's tools ask. */
record AdminScenario(Clients clients, String name) {
  void run() throws Exception {
    clients.createTopic(name, 2);
    try (var admin = clients.admin()) {
      topic(admin);
      records(admin);
      group(admin);
      Events.fact("cluster", !admin.describeCluster().nodes().get().isEmpty());
      admin.deleteTopics(List.of(name)).all().get();
      Events.await(() -> !Clients.get(() -> admin.listTopics().names().get()).contains(name), "the deleted topic");
      Events.fact("deleted topic", true);
    }
  }

  private void topic(Admin admin) throws Exception {
    try {
      admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
      Events.fact("second creation", "none");
    } catch (ExecutionException error) {
      Events.fact("second creation", error.getCause().getClass().getSimpleName());
    }
    admin.createPartitions(Map.of(name, NewPartitions.increaseTo(3))).all().get();
    Events.await(() -> Clients.get(() -> admin.describeTopics(List.of(name)).allTopicNames().get()).get(name).partitions().size() == 3, "three partitions");
    Events.fact("partitions", 3);
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
    var set = new AlterConfigOp(new ConfigEntry("retention.ms", "1234567"), AlterConfigOp.OpType.SET);
    admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get();
    Events.await(() -> Clients.get(() -> admin.describeConfigs(List.of(resource)).all().get()).get(resource).get("retention.ms").value().equals("1234567"), "the altered config");
    Events.fact("config", "1234567");
  }

  private void records(Admin admin) throws Exception {
    try (var producer = clients.producer(Map.of())) {
      for (int index = 0; index < 10; index++) producer.send(new ProducerRecord<>(name, 0, 1_700_000_000_000L + index, "k", "v")).get();
    }
    var partition = new TopicPartition(name, 0);
    admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(4))).all().get();
    var specs = Map.of(
        "earliest", OffsetSpec.earliest(), "latest", OffsetSpec.latest(),
        "maximal timestamp", OffsetSpec.maxTimestamp(), "timestamp", OffsetSpec.forTimestamp(1_700_000_000_006L));
    for (var spec : specs.entrySet()) {
      Events.fact(spec.getKey(), admin.listOffsets(Map.of(partition, spec.getValue())).partitionResult(partition).get().offset());
    }
  }

  private void group(Admin admin) throws Exception {
    var partition = new TopicPartition(name, 0);
    try (var consumer = clients.consumer(Map.of())) {
      consumer.subscribe(List.of(name));
      Clients.atRest(List.of(consumer), List.of(3));
      var group = admin.describeClassicGroups(List.of(name)).all().get().get(name);
      Events.fact("group", List.of(group.state().toString().toLowerCase(), group.members().size()));
      consumer.commitSync(Map.of(partition, new OffsetAndMetadata(5, "note")));
    }
    var offset = admin.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata().get().get(partition);
    Events.fact("committed", List.of(partition.partition(), offset.offset(), offset.metadata()));
    Events.fact("listed group", admin.listGroups().all().get().stream().anyMatch(group -> group.groupId().equals(name)));
    admin.alterConsumerGroupOffsets(name, Map.of(partition, new OffsetAndMetadata(6))).all().get();
    admin.deleteConsumerGroupOffsets(name, Set.of(partition)).all().get();
    admin.deleteConsumerGroups(List.of(name)).all().get();
    Events.fact("deleted group", admin.listGroups().all().get().stream().noneMatch(group -> group.groupId().equals(name)));
  }
}
