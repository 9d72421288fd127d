package senders;

import io.opentelemetry.instrumentation.kafkaclients.v2_6.KafkaTelemetry;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** OpenTelemetry's library for Java's client, by its wrapper: sends to SENDER_TOPIC inside a span of the application. */
public class Send {
    public static void main(String[] args) throws Exception {
        var openTelemetry = AutoConfiguredOpenTelemetrySdk.initialize().getOpenTelemetrySdk();
        Map<String, Object> config = Map.of("bootstrap.servers", System.getenv("SENDER_BROKERS"));
        try (Producer<String, String> producer = KafkaTelemetry.create(openTelemetry).wrap(
            new KafkaProducer<>(config, new StringSerializer(), new StringSerializer()))) {
            for (var index = 0; index < 3; index++) {
                var span = openTelemetry.getTracer("sender").spanBuilder("POST /orders").startSpan();
                try (var scope = span.makeCurrent()) {
                    producer.send(new ProducerRecord<>(System.getenv("SENDER_TOPIC"), "order-" + index, "tea")).get();
                }
                span.end();
            }
        }
        openTelemetry.close();
    }
}
