package senders;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;

/** Kafka Connect's default converter of headers between two logs: what a sink and a source with it make of B3, in SENDER_TOPIC. */
public class Send {
    public static void main(String[] args) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", System.getenv("SENDER_BROKERS"));
        var topic = System.getenv("SENDER_TOPIC");
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer()); var converter = new SimpleHeaderConverter()) {
            for (var spanId : List.of("0020000000000001", "12345678e9012345")) {
                var record = new ProducerRecord<>(topic, "order-1", "tea");
                var headers = Map.of("X-B3-TraceId", "463ac35c9f6413ad48485a3953bb6124", "X-B3-SpanId", spanId, "X-B3-Sampled", "1");
                headers.forEach((name, text) -> {
                    var data = converter.toConnectHeader(topic, name, text.getBytes(StandardCharsets.UTF_8));
                    record.headers().add(name, converter.fromConnectHeader(topic, name, data.schema(), data.value()));
                });
                producer.send(record).get();
            }
        }
    }
}
