package hops;

import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.vertx.core.Vertx;
import io.vertx.kafka.client.consumer.KafkaConsumer;
import io.vertx.kafka.client.producer.KafkaProducer;
import io.vertx.kafka.client.producer.KafkaProducerRecord;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;
import java.util.Map;

/** A hop by Vert.x with its OpenTelemetry tracer: each record of HOP_IN goes on to HOP_OUT with its headers. */
public class Hop {
    private static final String strings = "org.apache.kafka.common.serialization.String";

    public static void main(String[] args) {
        var openTelemetry = AutoConfiguredOpenTelemetrySdk.initialize().getOpenTelemetrySdk();
        var vertx = Vertx.builder().withTracer(new OpenTelemetryTracingFactory(openTelemetry)).build();
        var brokers = System.getenv("HOP_BROKERS");
        KafkaProducer<String, String> producer = KafkaProducer.create(vertx, Map.of(
            "bootstrap.servers", brokers, "key.serializer", strings + "Serializer", "value.serializer", strings + "Serializer"));
        KafkaConsumer<String, String> consumer = KafkaConsumer.create(vertx, Map.of(
            "bootstrap.servers", brokers, "group.id", System.getenv("HOP_GROUP"), "auto.offset.reset", "earliest",
            "key.deserializer", strings + "Deserializer", "value.deserializer", strings + "Deserializer"));
        consumer.handler(record -> producer.send(
            KafkaProducerRecord.create(System.getenv("HOP_OUT"), record.key(), record.value()).addHeaders(record.headers())));
        consumer.subscribe(System.getenv("HOP_IN")).onFailure(error -> {
            error.printStackTrace();
            System.exit(1);
        });
    }
}
