package interop;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.extension.trace.propagation.B3Propagator;
import io.opentelemetry.extension.trace.propagation.JaegerPropagator;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** OpenTelemetry's propagators on headers of Kafka's client: a job a line, an answer a line, as test/interop/jobs.ts has them. */
public class Interop {
    /** As the instrumentation of Kafka's clients reads and writes them. */
    private static final TextMapGetter<Headers> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Headers headers) {
            var keys = new ArrayList<String>();
            for (var header : headers) keys.add(header.key());
            return keys;
        }

        @Override
        public String get(Headers headers, String key) {
            var header = headers.lastHeader(key);
            return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
        }
    };

    public static void main(String[] args) throws Exception {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (var line = in.readLine(); line != null; line = in.readLine()) out.println(answer(line.split("\t", -1)));
    }

    private static String answer(String[] job) {
        var propagator = switch (job[1]) {
            case "w3c" -> TextMapPropagator.composite(W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance());
            case "b3" -> TextMapPropagator.composite(B3Propagator.injectingSingleHeader(), W3CBaggagePropagator.getInstance());
            case "b3multi" -> TextMapPropagator.composite(B3Propagator.injectingMultiHeaders(), W3CBaggagePropagator.getInstance());
            default -> JaegerPropagator.getInstance();
        };
        var headers = new RecordHeaders();
        if (job[0].equals("read")) {
            for (var pair : pairsOf(job[2])) headers.add(pair[0], pair[1].getBytes(StandardCharsets.UTF_8));
            var context = propagator.extract(Context.root(), headers, GETTER);
            var span = Span.fromContext(context).getSpanContext();
            var state = new ArrayList<String>();
            span.getTraceState().forEach((key, value) -> state.add(key + "=" + value));
            var baggage = new ArrayList<String>();
            Baggage.fromContext(context).forEach((key, entry) -> baggage.add(key + ":" + encoded(entry.getValue())));
            if (!span.isValid()) return "-";
            return String.join("\t", span.getTraceId(), span.getSpanId(), span.isSampled() ? "1" : "0", String.join(",", state), String.join(" ", baggage));
        }
        var state = TraceState.builder();
        // Each key is put in front.
        var members = new ArrayList<>(List.of(job[5].split(",")));
        java.util.Collections.reverse(members);
        for (var member : members) if (!member.isEmpty()) state.put(member.split("=")[0], member.split("=")[1]);
        var flags = job[4].equals("1") ? TraceFlags.getSampled() : TraceFlags.getDefault();
        var span = SpanContext.create(job[2], job[3], flags, state.build());
        var baggage = Baggage.builder();
        for (var pair : pairsOf(job[6])) baggage.put(pair[0], pair[1]);
        propagator.inject(Context.root().with(Span.wrap(span)).with(baggage.build()), headers, (to, key, value) ->
            to.remove(key).add(key, value.getBytes(StandardCharsets.UTF_8)));
        var all = new ArrayList<String>();
        for (var header : headers) all.add(header.key() + ":" + Base64.getEncoder().encodeToString(header.value()));
        return String.join("\t", job[2], job[3], job[4], job[5], String.join(" ", all));
    }

    private static List<String[]> pairsOf(String text) {
        var pairs = new ArrayList<String[]>();
        for (var pair : text.split(" ")) {
            var colon = pair.indexOf(':');
            if (colon > 0)
                pairs.add(new String[] {pair.substring(0, colon), new String(Base64.getDecoder().decode(pair.substring(colon + 1)), StandardCharsets.UTF_8)});
        }
        return pairs;
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
