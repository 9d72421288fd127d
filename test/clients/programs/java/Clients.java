import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Clients of one cluster, and what they have in common here. */
record Clients(String bootstrap, String group) {
  private static final Duration POLL = Duration.ofMillis(200);

  Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", bootstrap));
  }

  KafkaProducer<String, String> producer(Map<String, Object> more) {
    var config = new HashMap<String, Object>(Map.of("bootstrap.servers", bootstrap));
    config.putAll(more);
    return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
  }

  KafkaConsumer<String, String> consumer(Map<String, Object> more) {
    var config = new HashMap<String, Object>(Map.of(
        "bootstrap.servers", bootstrap, "group.id", group, "group.protocol", "classic",
        "auto.offset.reset", "earliest", "enable.auto.commit", false, "heartbeat.interval.ms", 100));
    config.putAll(more);
    return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
  }

  void createTopic(String topic, int partitions) throws Exception {
    try (var admin = admin()) {
      admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
      Events.await(() -> get(() -> admin.listTopics().names().get()).contains(topic), "the new topic");
    }
  }

  /** Polls for `count` records, and gives each to `see`. */
  static void read(KafkaConsumer<String, String> consumer, int count, Consumer<ConsumerRecord<String, String>> see) {
    var seen = new ArrayList<ConsumerRecord<String, String>>();
    Events.await(() -> {
      consumer.poll(POLL).forEach(record -> {
        see.accept(record);
        seen.add(record);
      });
      return seen.size() >= count;
    }, count + " records");
  }

  /** Polls until each member has as many partitions as it should. */
  static List<List<Integer>> atRest(List<KafkaConsumer<String, String>> members, List<Integer> sizes) {
    Events.await(() -> {
      for (var member : members) member.poll(POLL);
      return members.stream().map(member -> member.assignment().size()).toList().equals(sizes);
    }, sizes + " partitions");
    return members.stream().map(member -> sorted(member.assignment())).toList();
  }

  static List<Integer> sorted(Collection<TopicPartition> partitions) {
    return partitions.stream().map(TopicPartition::partition).sorted().toList();
  }

  interface Request<T> {
    T get() throws Exception;
  }

  static <T> T get(Request<T> request) {
    try {
      return request.get();
    } catch (Exception error) {
      throw new IllegalStateException(error);
    }
  }
}
