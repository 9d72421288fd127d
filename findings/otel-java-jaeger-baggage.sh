#!/usr/bin/env bash
# io.opentelemetry:opentelemetry-extension-trace-propagators 1.68.0: the Jaeger propagator writes and reads the values of uberctx-* as they stand, where that of
# OpenTelemetry JS (2.12.0) percent-encodes and decodes them. Percent-encoded baggage from JS arrives in Java as %C3%A9. Needs Java 17 and Maven, no Kafka.
. "$(dirname "$0")/support/kafka.sh"
run_java io.opentelemetry:opentelemetry-extension-trace-propagators:1.68.0 <<'JAVA'
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.extension.trace.propagation.JaegerPropagator;
import java.util.LinkedHashMap;
import java.util.Map;

public class Finding {
  static final TextMapGetter<Map<String, String>> getter = new TextMapGetter<>() {
    public Iterable<String> keys(Map<String, String> carrier) {
      return carrier.keySet();
    }

    public String get(Map<String, String> carrier, String key) {
      return carrier.get(key);
    }
  };

  public static void main(String[] arguments) throws Exception {
    var out = new java.io.PrintStream(System.out, true, "UTF-8");
    for (String value : new String[] {"caf%C3%A9", "café"}) {
      var headers = Map.of("uber-trace-id", "0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331:0:1", "uberctx-k", value);
      var read = Baggage.fromContext(JaegerPropagator.getInstance().extract(Context.root(), headers, getter));
      out.println("reads " + value + " as " + read.getEntryValue("k"));
    }
    var written = new LinkedHashMap<String, String>();
    var context = Context.root().with(Baggage.builder().put("k", "café").build());
    JaegerPropagator.getInstance().inject(context, written, (carrier, key, value) -> carrier.put(key, value));
    out.println("writes café as " + written.get("uberctx-k"));
  }
}
JAVA
expect 'reads caf%C3%A9 as caf%C3%A9
reads café as café
writes café as café'
