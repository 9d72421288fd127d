package interop;

import brave.Span;
import brave.Tracing;
import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import brave.kafka.clients.KafkaTracing;
import brave.propagation.B3Propagation;
import brave.propagation.TraceContext;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.StringSerializer;

/** Brave's instrumentation of Kafka's clients: a job a line, an answer a line, as test/interop/jobs.ts has them. */
public class Interop {
    public static void main(String[] args) throws Exception {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = in.readLine(); line != null; line = in.readLine()) System.out.println(answer(line.split("\t", -1)));
    }

    private static String answer(String[] job) throws Exception {
        var format = job[1].equals("b3") ? B3Propagation.Format.SINGLE_NO_PARENT : B3Propagation.Format.MULTI;
        var sent = new ArrayList<TraceContext>();
        var handler = new SpanHandler() {
            @Override
            public boolean end(TraceContext context, MutableSpan span, Cause cause) {
                return sent.add(context);
            }
        };
        try (var tracing = Tracing.newBuilder()
            .propagationFactory(B3Propagation.newFactoryBuilder().injectFormat(Span.Kind.PRODUCER, format).build())
            .addSpanHandler(handler)
            .alwaysSampleLocal()
            .build()) {
            var kafka = KafkaTracing.create(tracing);
            if (job[0].equals("read")) {
                var record = new ConsumerRecord<>("t", 0, 0L, 0L, TimestampType.CREATE_TIME, 0, 0, "k", "v", headersOf(job[2]), Optional.empty());
                var context = kafka.nextSpan(record).context();
                var parent = context.parentIdString();
                if (parent == null) return "-";
                return String.join("\t", context.traceIdString(), parent, isSampled(context), "", "");
            }
            var trace = job[2];
            var parent = TraceContext.newBuilder()
                .traceIdHigh(trace.length() == 32 ? Long.parseUnsignedLong(trace.substring(0, 16), 16) : 0)
                .traceId(Long.parseUnsignedLong(trace.substring(trace.length() - 16), 16))
                .spanId(Long.parseUnsignedLong(job[3], 16))
                .sampled(job[4].equals("1"))
                .build();
            var client = new MockProducer<>(true, null, new StringSerializer(), new StringSerializer());
            try (var scope = tracing.currentTraceContext().newScope(parent)) {
                kafka.producer(client).send(new ProducerRecord<>("t", "v")).get();
            }
            var context = sent.get(0);
            return String.join("\t", context.traceIdString(), context.spanIdString(), isSampled(context), "", textOf(client.history().get(0).headers()));
        }
    }

    private static String isSampled(TraceContext context) {
        return Boolean.TRUE.equals(context.sampled()) ? "1" : "0";
    }

    private static Headers headersOf(String text) {
        var headers = new RecordHeaders();
        for (var header : text.split(" ")) {
            var colon = header.indexOf(':');
            if (colon > 0) headers.add(header.substring(0, colon), Base64.getDecoder().decode(header.substring(colon + 1)));
        }
        return headers;
    }

    private static String textOf(Headers headers) {
        var all = new ArrayList<String>();
        for (var header : headers) all.add(header.key() + ":" + Base64.getEncoder().encodeToString(header.value()));
        return String.join(" ", List.copyOf(all));
    }
}
