import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/** Apache Kafka's own client: {@code java JavaClient <bootstrap> <scenario> <name>}. */
public class JavaClient {
  private static String name;
  private static Clients clients;

  public static void main(String[] arguments) throws Exception {
    name = arguments[2];
    clients = new Clients(arguments[0], name);
    switch (arguments[1]) {
      case "messages" -> messages();
      case "members" -> members();
      case "statics" -> statics();
      case "transactions" -> transactions();
      case "admin" -> new AdminScenario(clients, name).run();
      default -> throw new IllegalArgumentException("no scenario " + arguments[1]);
    }
  }

  /** By the default producer, which is idempotent. */
  private static void messages() throws Exception {
    clients.createTopic(name, 3);
    var codecs = List.of("none", "gzip", "snappy", "lz4", "zstd");
    for (var codec : codecs) {
      try (var producer = clients.producer(Map.of("compression.type", codec, "linger.ms", 20))) {
        for (int index = 0; index < 60; index++) {
          var record = new ProducerRecord<>(name, "key-" + index % 7, codec + "-" + index);
          record.headers().add("codec", bytes(codec)).add("twice", bytes("1")).add("twice", bytes("2"));
          producer.send(record);
        }
      }
    }
    try (var consumer = clients.consumer(Map.of())) {
      consumer.subscribe(List.of(name));
      Clients.read(consumer, 60 * codecs.size(), record -> Events.emit(
          "record", "partition", record.partition(), "offset", record.offset(), "key", record.key(), "value", record.value(),
          "headers", StreamSupport.stream(record.headers().spliterator(), false).map(JavaClient::pair).toList()));
      consumer.commitSync();
    }
    try (var again = clients.consumer(Map.of())) {
      again.committed(partitions(3)).forEach((partition, offset) -> Events.emit(
          "committed", "partition", partition.partition(), "offset", offset == null ? -1 : offset.offset()));
    }
  }

  private static void members() throws Exception {
    for (var assignor : Map.of("range", "RangeAssignor", "cooperative-sticky", "CooperativeStickyAssignor").entrySet()) {
      var topic = name + "-" + assignor.getKey();
      clients.createTopic(topic, 4);
      var config = Map.<String, Object>of(
          "group.id", topic, "partition.assignment.strategy", "org.apache.kafka.clients.consumer." + assignor.getValue());
      try (var stays = clients.consumer(config); var leaves = clients.consumer(config)) {
        stays.subscribe(List.of(topic));
        Events.emit("assigned", "assignor", assignor.getKey(), "members", Clients.atRest(List.of(stays), List.of(4)));
        leaves.subscribe(List.of(topic));
        var both = List.of(stays, leaves);
        Events.emit("assigned", "assignor", assignor.getKey(), "members", Clients.atRest(both, List.of(2, 2)));
        try (var producer = clients.producer(Map.of())) {
          for (int partition = 0; partition < 4; partition++) producer.send(new ProducerRecord<>(topic, partition, null, "value-" + partition));
        }
        for (var member : both) {
          Clients.read(member, 2, record -> Events.emit(
              "shared", "assignor", assignor.getKey(), "member", both.indexOf(member),
              "partition", record.partition(), "value", record.value()));
          member.commitSync();
        }
        leaves.close();
        Events.emit("assigned", "assignor", assignor.getKey(), "members", Clients.atRest(List.of(stays), List.of(4)));
      }
    }
  }

  private static void statics() throws Exception {
    clients.createTopic(name, 4);
    var config = Map.<String, Object>of("group.instance.id", "returns");
    try (var stays = clients.consumer(Map.of())) {
      stays.subscribe(List.of(name));
      var before = 0;
      try (var returns = clients.consumer(config)) {
        returns.subscribe(List.of(name));
        Clients.atRest(List.of(stays, returns), List.of(2, 2));
        before = stays.groupMetadata().generationId();
      }
      try (var returns = clients.consumer(config)) {
        returns.subscribe(List.of(name));
        var partitions = Clients.atRest(List.of(stays, returns), List.of(2, 2)).get(1);
        Events.emit("returned", "partitions", partitions, "rebalances", returns.groupMetadata().generationId() - before);
      }
    }
  }

  private static void transactions() throws Exception {
    clients.createTopic(name, 3);
    var config = Map.<String, Object>of("transactional.id", name);
    var offset = Map.of(new TopicPartition(name, 0), new OffsetAndMetadata(7));
    try (var producer = clients.producer(config); var group = clients.consumer(Map.of())) {
      producer.initTransactions();
      group.subscribe(List.of(name));
      Clients.atRest(List.of(group), List.of(3));
      for (var result : List.of("aborted", "committed")) {
        producer.beginTransaction();
        for (int partition = 0; partition < 3; partition++) producer.send(new ProducerRecord<>(name, partition, null, result + "-" + partition));
        producer.sendOffsetsToTransaction(offset, group.groupMetadata());
        producer.flush();
        if (result.equals("aborted")) producer.abortTransaction();
        else producer.commitTransaction();
      }
      var committed = group.committed(offset.keySet()).get(new TopicPartition(name, 0));
      Events.emit("committed", "partition", 0, "offset", committed == null ? -1 : committed.offset());
      for (var isolation : List.of("committed", "uncommitted")) {
        try (var reader = clients.consumer(Map.of("isolation.level", "read_" + isolation))) {
          reader.assign(partitions(3));
          reader.seekToBeginning(partitions(3));
          Clients.read(reader, isolation.equals("committed") ? 3 : 6, record -> Events.emit(
              "read", "isolation", isolation, "partition", record.partition(), "offset", record.offset(), "value", record.value()));
        }
      }
      try (var fencing = clients.producer(config)) {
        fencing.initTransactions();
        Events.emit("fenced", "error", fencedBy(() -> {
          producer.beginTransaction();
          producer.send(new ProducerRecord<>(name, "fenced"));
          producer.commitTransaction();
        }));
      }
    }
  }

  private static String fencedBy(Runnable transaction) {
    try {
      transaction.run();
      return "none";
    } catch (KafkaException error) {
      return error.getClass().getSimpleName();
    }
  }

  private static Set<TopicPartition> partitions(int count) {
    return IntStream.range(0, count).mapToObj(index -> new TopicPartition(name, index)).collect(Collectors.toSet());
  }

  private static List<String> pair(Header header) {
    return List.of(header.key(), new String(header.value(), StandardCharsets.UTF_8));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
