package senders;

import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.StringSerializer;

/** Java's client as it comes, traced by whatever agent the process has: sends to SENDER_TOPIC in the way that SENDER_WAY names. */
public class Send {
    public static void main(String[] args) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", System.getenv("SENDER_BROKERS"));
        try (var producer = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            for (var index = 0; index < 3; index++) {
                var record = new ProducerRecord<>(System.getenv("SENDER_TOPIC"), "order-" + index, "tea");
                with(record.headers(), System.getenv("SENDER_WAY"));
                producer.send(record).get();
            }
        }
    }

    private static void with(Headers headers, String way) {
        if (way.equals("null header")) headers.add("note", null);
    }
}
