package senders;

import brave.Span;
import brave.Tracing;
import brave.kafka.clients.KafkaTracing;
import brave.propagation.B3Propagation;
import brave.propagation.TraceContextOrSamplingFlags;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Brave's instrumentation of Java's client: sends to SENDER_TOPIC in the way that SENDER_WAY names. */
public class Send {
    public static void main(String[] args) throws Exception {
        var way = System.getenv("SENDER_WAY");
        var format = way.equals("multi") ? B3Propagation.Format.MULTI : B3Propagation.Format.SINGLE;
        var tracing = Tracing.newBuilder()
            .localServiceName("sender")
            .traceId128Bit(!way.equals("64 bits"))
            .propagationFactory(B3Propagation.newFactoryBuilder().injectFormat(Span.Kind.PRODUCER, format).build())
            .build();
        Map<String, Object> config = Map.of("bootstrap.servers", System.getenv("SENDER_BROKERS"));
        try (Producer<String, String> producer = KafkaTracing.create(tracing).producer(
            new KafkaProducer<>(config, new StringSerializer(), new StringSerializer()))) {
            var records = Integer.parseInt(System.getenv().getOrDefault("SENDER_RECORDS", "3"));
            for (var index = 0; index < records; index++) {
                var span = way.equals("debug") ? tracing.tracer().nextSpan(TraceContextOrSamplingFlags.DEBUG) : tracing.tracer().nextSpan();
                try (var scope = tracing.tracer().withSpanInScope(span.name("POST /orders").kind(Span.Kind.SERVER).start())) {
                    producer.send(new ProducerRecord<>(System.getenv("SENDER_TOPIC"), "order-" + index, "tea")).get();
                }
                span.finish();
            }
        }
        tracing.close();
    }
}
