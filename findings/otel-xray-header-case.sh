#!/usr/bin/env bash
# Names of Kafka's headers have a case, those of HTTP have none. OpenTelemetry's X-Ray propagator of JS (3.0.0) writes x-amzn-trace-id, those of Python (1.0.2) and Go (1.47.0)
# read X-Amzn-Trace-Id alone: what a service in Node sends by way of Kafka begins new traces there, what they send goes on in Node. The carriers are those of
# OpenTelemetry's instrumentation of kafka-python (0.66b1) and of franz-go's kotel (1.7.1); no broker. Needs Python 3.10 and Go 1.26.
. "$(dirname "$0")/support/kafka.sh"
install @opentelemetry/api@1.10.0 @opentelemetry/propagator-aws-xray@3.0.0
run <<'JS'
import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AWSXRayPropagator } from '@opentelemetry/propagator-aws-xray';
const propagator = new AWSXRayPropagator();
const spanContext = { traceId: '69253c1ad1a4b0cf8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const written = {};
propagator.inject(trace.setSpanContext(ROOT_CONTEXT, spanContext), written, defaultTextMapSetter);
const [[name, value]] = Object.entries(written);
console.log('JS writes', name, value);
for (const each of [name, 'X-Amzn-Trace-Id']) {
  const read = trace.getSpanContext(propagator.extract(ROOT_CONTEXT, { [each]: value }, defaultTextMapGetter));
  console.log(`JS reads ${each}:`, read?.traceId ?? 'no trace');
}
JS
expect 'JS writes x-amzn-trace-id Root=1-69253c1a-d1a4b0cf8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1
JS reads x-amzn-trace-id: 69253c1ad1a4b0cf8448eb211c80319c
JS reads X-Amzn-Trace-Id: 69253c1ad1a4b0cf8448eb211c80319c'

install_python opentelemetry-api==1.45.1 opentelemetry-propagator-aws-xray==1.0.2 opentelemetry-instrumentation-kafka-python==0.66b1 kafka-python==3.0.12
run_python <<'PY'
from opentelemetry import trace
from opentelemetry.instrumentation.kafka.utils import _kafka_getter, _kafka_setter
from opentelemetry.propagators.aws import AwsXRayPropagator

propagator = AwsXRayPropagator()
span_context = trace.SpanContext(0x69253C1AD1A4B0CF8448EB211C80319C, 0xB7AD6B7169203331, True, trace.TraceFlags(1))
written = []
propagator.inject(written, trace.set_span_in_context(trace.NonRecordingSpan(span_context)), setter=_kafka_setter)
print("Python writes", written[0][0], written[0][1].decode())
for name in ("x-amzn-trace-id", "X-Amzn-Trace-Id"):
    context = propagator.extract([(name, written[0][1])], getter=_kafka_getter)
    read = trace.get_current_span(context).get_span_context()
    print(f"Python reads {name}:", f"{read.trace_id:032x}" if read.is_valid else "no trace")
PY
expect 'Python writes X-Amzn-Trace-Id Root=1-69253c1a-d1a4b0cf8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1
Python reads x-amzn-trace-id: no trace
Python reads X-Amzn-Trace-Id: 69253c1ad1a4b0cf8448eb211c80319c'

run_go github.com/twmb/franz-go@v1.22.3 github.com/twmb/franz-go/plugin/kotel@v1.7.1 go.opentelemetry.io/otel/trace@v1.47.0 go.opentelemetry.io/contrib/propagators/aws@v1.47.0 <<'GO'
package main

import (
	"context"
	"fmt"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/plugin/kotel"
	"go.opentelemetry.io/contrib/propagators/aws/xray"
	"go.opentelemetry.io/otel/trace"
)

func main() {
	traceID, _ := trace.TraceIDFromHex("69253c1ad1a4b0cf8448eb211c80319c")
	spanID, _ := trace.SpanIDFromHex("b7ad6b7169203331")
	spanContext := trace.NewSpanContext(trace.SpanContextConfig{TraceID: traceID, SpanID: spanID, TraceFlags: trace.FlagsSampled})
	written := &kgo.Record{}
	xray.Propagator{}.Inject(trace.ContextWithSpanContext(context.Background(), spanContext), kotel.NewRecordCarrier(written))
	header := written.Headers[0]
	fmt.Println("Go writes", header.Key, string(header.Value))
	for _, name := range []string{"x-amzn-trace-id", "X-Amzn-Trace-Id"} {
		record := &kgo.Record{Headers: []kgo.RecordHeader{{Key: name, Value: header.Value}}}
		read := trace.SpanContextFromContext(xray.Propagator{}.Extract(context.Background(), kotel.NewRecordCarrier(record)))
		if read.IsValid() {
			fmt.Println("Go reads "+name+":", read.TraceID())
		} else {
			fmt.Println("Go reads " + name + ": no trace")
		}
	}
}
GO
expect 'Go writes X-Amzn-Trace-Id Root=1-69253c1a-d1a4b0cf8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1
Go reads x-amzn-trace-id: no trace
Go reads X-Amzn-Trace-Id: 69253c1ad1a4b0cf8448eb211c80319c'
