#!/usr/bin/env bash
# A span has 128 links by default. Of a batch of 300 messages, each a link, the SDKs of JS (sdk-trace 3.1.0) and Python (1.45.1) keep the last 128, that of Java (1.68.0) the first.
# So the traces that a batch can be reached from depend on the consumer's language. No Kafka; needs Python 3.10, Java 17 and Maven.
. "$(dirname "$0")/support/kafka.sh"
install @opentelemetry/api@1.10.0 @opentelemetry/sdk-trace@3.1.0
run <<'JS'
import { TracerProvider } from '@opentelemetry/sdk-trace';
const links = Array.from({ length: 300 }, (_, index) => ({
  context: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: (index + 1).toString(16).padStart(16, '0'), traceFlags: 1 },
}));
const span = new TracerProvider().getTracer('finding').startSpan('process orders', { links });
const kept = span.links.map(({ context }) => parseInt(context.spanId, 16));
console.log(`JS keeps links ${kept[0]} to ${kept.at(-1)} of ${links.length}`);
JS
expect 'JS keeps links 173 to 300 of 300'

install_python opentelemetry-sdk==1.45.1
run_python <<'PY'
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Link, SpanContext, TraceFlags

trace_id = 0x0AF7651916CD43DD8448EB211C80319C
links = [Link(SpanContext(trace_id, index + 1, True, TraceFlags(1))) for index in range(300)]
span = TracerProvider().get_tracer("finding").start_span("process orders", links=links)
print(f"Python keeps links {span.links[0].context.span_id} to {span.links[-1].context.span_id} of {len(links)}")
PY
expect 'Python keeps links 173 to 300 of 300'

run_java io.opentelemetry:opentelemetry-sdk-testing:1.68.0 <<'JAVA'
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;

public class Finding {
  public static void main(String[] arguments) {
    var exporter = InMemorySpanExporter.create();
    var provider = SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exporter)).build();
    var builder = provider.get("finding").spanBuilder("process orders");
    for (var number = 1; number <= 300; number++) {
      var spanId = String.format("%016x", number);
      builder.addLink(SpanContext.create("0af7651916cd43dd8448eb211c80319c", spanId, TraceFlags.getSampled(), TraceState.getDefault()));
    }
    builder.startSpan().end();
    var links = exporter.getFinishedSpanItems().get(0).getLinks();
    System.out.println("Java keeps links " + number(links.get(0).getSpanContext()) + " to " + number(links.get(links.size() - 1).getSpanContext()) + " of 300");
  }

  static long number(SpanContext context) {
    return Long.parseLong(context.getSpanId(), 16);
  }
}
JAVA
expect 'Java keeps links 1 to 128 of 300'
