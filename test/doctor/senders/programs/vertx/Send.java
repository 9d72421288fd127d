package senders;

import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.vertx.core.Vertx;
import io.vertx.core.tracing.TracingPolicy;
import io.vertx.kafka.client.common.KafkaClientOptions;
import io.vertx.kafka.client.producer.KafkaProducer;
import io.vertx.kafka.client.producer.KafkaProducerRecord;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;
import java.util.Map;

/** Vert.x with its OpenTelemetry tracer: sends to SENDER_TOPIC where no span is current, by the policy that SENDER_WAY names. */
public class Send {
    private static final String strings = "org.apache.kafka.common.serialization.StringSerializer";

    public static void main(String[] args) throws Exception {
        var openTelemetry = AutoConfiguredOpenTelemetrySdk.initialize().getOpenTelemetrySdk();
        var vertx = Vertx.builder().withTracer(new OpenTelemetryTracingFactory(openTelemetry)).build();
        var options = new KafkaClientOptions()
            .setConfig(Map.of("bootstrap.servers", System.getenv("SENDER_BROKERS"), "key.serializer", strings, "value.serializer", strings))
            .setTracingPolicy(TracingPolicy.valueOf(System.getenv("SENDER_WAY")));
        KafkaProducer<String, String> producer = KafkaProducer.createShared(vertx, "sender", options);
        for (var index = 0; index < 3; index++)
            producer.send(KafkaProducerRecord.create(System.getenv("SENDER_TOPIC"), "order-" + index, "tea")).toCompletionStage().toCompletableFuture().get();
        producer.close().toCompletionStage().toCompletableFuture().get();
        vertx.close().toCompletionStage().toCompletableFuture().get();
        openTelemetry.close();
    }
}
