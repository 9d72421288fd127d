#!/usr/bin/env bash
# Apache Kafka 4.4.0: on a single node whose share.coordinator.state.topic.replication.factor was left at its default of 3, the consumer of a share group joins and polls,
# and gets neither a record nor an error. The group is Stable, its member has no partition. Once __share_group_state is made with one replica, all records come.
. "$(dirname "$0")/support/kafka.sh"
start_kafka
cat >"$work/Finding.java" <<'JAVA'
import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.*;

public class Finding {
  static final Map<String, Object> server = Map.of("bootstrap.servers", System.getenv("KAFKA_BROKERS"));
  static final Admin admin = Admin.create(server);

  public static void main(String[] args) throws Exception {
    admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
    var earliest = new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
    admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.GROUP, "workers"), List.of(earliest))).all().get();
    try (var producer = new KafkaProducer<>(server, new StringSerializer(), new StringSerializer())) {
      for (int n = 0; n < 5; n++) producer.send(new ProducerRecord<>("orders", "order " + n)).get();
    }
    read("in 20 s", 20);
    var topics = admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
    System.out.println("topics: " + String.join(", ", new TreeSet<>(topics)));
    admin.createTopics(List.of(new NewTopic("__share_group_state", 50, (short) 1))).all().get();
    read("with __share_group_state", 60);
    System.exit(0);
  }

  // Reads the five records, in so many seconds at most.
  static void read(String when, int seconds) throws Exception {
    var settings = new HashMap<>(server);
    settings.put("group.id", "workers");
    int records = 0;
    int errors = 0;
    try (var consumer = new KafkaShareConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of("orders"));
      var end = System.nanoTime() + seconds * 1_000_000_000L;
      while (System.nanoTime() < end && records < 5) {
        try {
          records += consumer.poll(Duration.ofMillis(500)).count();
        } catch (Exception error) {
          errors++;
        }
      }
      var group = admin.describeShareGroups(List.of("workers")).all().get().get("workers");
      int partitions = group.members().stream().mapToInt((member) -> member.assignment().topicPartitions().size()).sum();
      System.out.printf("%s: %d records, %d errors; group %s, members %d, their partitions %d%n",
          when, records, errors, group.groupState(), group.members().size(), partitions);
    }
  }
}
JAVA
seen=$(KAFKA_BROKERS=$brokers timeout 150 java -Xmx256m -cp "$work/libs/*" "$work/Finding.java" 2>"$work/java.log")
printf 'seen:\n%s\n' "$seen"
expect 'in 20 s: 0 records, 0 errors; group Stable, members 1, their partitions 0
topics: __consumer_offsets, orders
with __share_group_state: 5 records, 0 errors; group Stable, members 1, their partitions 1'
