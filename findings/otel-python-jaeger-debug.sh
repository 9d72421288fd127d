#!/usr/bin/env bash
# Bit 1 of the flags in uber-trace-id says sampled, bit 2 debug: somebody asked for this one trace. OpenTelemetry's Jaeger propagator of Python (1.45.1) writes 03, both,
# for every sampled span, where those of Go (1.47.0) and Java (1.68.0) write 1. Go hands the 3 on, so that all traces that pass a service in Python look like
# debugged ones from there on; Java drops it. No Kafka; needs Python 3.10, Java 17, Maven and Go 1.26.
. "$(dirname "$0")/support/kafka.sh"
install_python opentelemetry-api==1.45.1 opentelemetry-sdk==1.45.1 opentelemetry-propagator-jaeger==1.45.1
run_python <<'PY'
from opentelemetry import trace
from opentelemetry.propagators.jaeger import JaegerPropagator
from opentelemetry.sdk.trace import TracerProvider

tracer = TracerProvider().get_tracer("finding")
for flags in ("1", "0"):
    parent = JaegerPropagator().extract({"uber-trace-id": f"0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331:0:{flags}"})
    written = {}
    JaegerPropagator().inject(written, trace.set_span_in_context(tracer.start_span("send orders", parent)))
    print(f"Python reads flags {flags}, and its span is written with", written["uber-trace-id"].split(":")[3])
PY
expect 'Python reads flags 1, and its span is written with 03
Python reads flags 0, and its span is written with 00'

run_go go.opentelemetry.io/otel@v1.47.0 go.opentelemetry.io/otel/sdk@v1.47.0 go.opentelemetry.io/contrib/propagators/jaeger@v1.47.0 <<'GO'
package main

import (
	"context"
	"fmt"
	"strings"

	"go.opentelemetry.io/contrib/propagators/jaeger"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
)

func main() {
	tracer := sdk.NewTracerProvider().Tracer("finding")
	for _, flags := range []string{"1", "03"} {
		read := propagation.MapCarrier{"uber-trace-id": "0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331:0:" + flags}
		ctx, _ := tracer.Start(jaeger.Jaeger{}.Extract(context.Background(), read), "send orders")
		written := propagation.MapCarrier{}
		jaeger.Jaeger{}.Inject(ctx, written)
		fmt.Printf("Go reads flags %s, and its span is written with %s\n", flags, strings.Split(written["uber-trace-id"], ":")[3])
	}
}
GO
expect 'Go reads flags 1, and its span is written with 1
Go reads flags 03, and its span is written with 3'

run_java io.opentelemetry:opentelemetry-extension-trace-propagators:1.68.0 \
  io.opentelemetry:opentelemetry-sdk-trace:1.68.0 <<'JAVA'
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.extension.trace.propagation.JaegerPropagator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

public class Finding {
  public static void main(String[] arguments) {
    var tracer = SdkTracerProvider.builder().build().get("finding");
    var propagator = JaegerPropagator.getInstance();
    for (var flags : List.of("1", "03")) {
      var read = Map.of("uber-trace-id", "0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331:0:" + flags);
      var span = tracer.spanBuilder("send orders").setParent(propagator.extract(Context.root(), read, new Headers())).startSpan();
      var written = new HashMap<String, String>();
      propagator.inject(Context.root().with(span), written, Map::put);
      System.out.println("Java reads flags " + flags + ", and its span is written with " + written.get("uber-trace-id").split(":")[3]);
    }
  }

  static class Headers implements TextMapGetter<Map<String, String>> {
    public Iterable<String> keys(Map<String, String> headers) {
      return headers.keySet();
    }

    public String get(Map<String, String> headers, String name) {
      return headers.get(name);
    }
  }
}
JAVA
expect 'Java reads flags 1, and its span is written with 1
Java reads flags 03, and its span is written with 1'
