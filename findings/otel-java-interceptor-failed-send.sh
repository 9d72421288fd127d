#!/usr/bin/env bash
# opentelemetry-kafka-clients-2.6 2.31.1-alpha with kafka-clients 4.4.0 on Apache Kafka 4.4.0: the span of a send that the broker refuses has no error where the producer is
# traced by the interceptor, and has one where it is wrapped. The interceptor's span ends before the client sends, so its duration is not that of the send either.
# The library's README offers the two as alternatives. Needs Java 17 and Maven.
. "$(dirname "$0")/support/kafka.sh"
start_kafka
run_java io.opentelemetry.instrumentation:opentelemetry-kafka-clients-2.6:2.31.1-alpha \
  io.opentelemetry:opentelemetry-sdk-testing:1.65.0 \
  org.apache.kafka:kafka-clients:4.4.0 <<'JAVA'
import io.opentelemetry.instrumentation.kafkaclients.v2_6.KafkaTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

public class Finding {
  static final InMemorySpanExporter exporter = InMemorySpanExporter.create();

  public static void main(String[] arguments) throws Exception {
    var sdk = OpenTelemetrySdk.builder()
        .setTracerProvider(SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exporter)).build())
        .build();
    var telemetry = KafkaTelemetry.create(sdk);
    var configuration = new HashMap<String, Object>(Map.of("bootstrap.servers", System.getenv("KAFKA_BROKERS")));
    try (var admin = Admin.create(configuration)) {
      admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1).configs(Map.of("max.message.bytes", "1000")))).all().get();
    }
    show("wrapped", telemetry.wrap(producer(configuration)));
    configuration.putAll(telemetry.producerInterceptorConfigProperties());
    show("intercepted", producer(configuration));
  }

  static Producer<String, String> producer(Map<String, Object> configuration) {
    return new KafkaProducer<>(configuration, new StringSerializer(), new StringSerializer());
  }

  static void show(String name, Producer<String, String> producer) throws Exception {
    var refusal = "none";
    try {
      producer.send(new ProducerRecord<>("orders", "key", "x".repeat(2_000))).get();
    } catch (ExecutionException error) {
      refusal = error.getCause().getClass().getSimpleName();
    }
    producer.close();
    var span = exporter.getFinishedSpanItems().get(0);
    exporter.reset();
    System.out.println(name + ": " + refusal + ", the status of the span is " + span.getStatus().getStatusCode() + ", its events " + span.getEvents().size());
  }
}
JAVA
expect 'wrapped: RecordTooLargeException, the status of the span is ERROR, its events 1
intercepted: RecordTooLargeException, the status of the span is UNSET, its events 0'
