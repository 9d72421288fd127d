// OpenTelemetry's propagators on franz-go's records, by kotel's carrier: a job a line, an answer a line, as test/interop/jobs.ts has them.
package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/plugin/kotel"
	"go.opentelemetry.io/contrib/propagators/b3"
	"go.opentelemetry.io/contrib/propagators/jaeger"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

var propagators = map[string]propagation.TextMapPropagator{
	"w3c":     with(propagation.TraceContext{}),
	"b3":      with(b3.New(b3.WithInjectEncoding(b3.B3SingleHeader))),
	"b3multi": with(b3.New(b3.WithInjectEncoding(b3.B3MultipleHeader))),
	"jaeger":  jaeger.Jaeger{},
}

func with(propagator propagation.TextMapPropagator) propagation.TextMapPropagator {
	return propagation.NewCompositeTextMapPropagator(propagator, propagation.Baggage{})
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fmt.Println(answer(strings.Split(lines.Text(), "\t")))
	}
}

func answer(job []string) string {
	propagator := propagators[job[1]]
	record := &kgo.Record{}
	if job[0] == "read" {
		for _, pair := range decoded(job[2]) {
			record.Headers = append(record.Headers, kgo.RecordHeader{Key: pair[0], Value: []byte(pair[1])})
		}
		ctx := propagator.Extract(context.Background(), kotel.NewRecordCarrier(record))
		span := trace.SpanContextFromContext(ctx)
		if !span.IsValid() {
			return "-"
		}
		var members []string
		for _, member := range baggage.FromContext(ctx).Members() {
			members = append(members, member.Key()+":"+base64.StdEncoding.EncodeToString([]byte(member.Value())))
		}
		sampled := "0"
		if span.IsSampled() {
			sampled = "1"
		}
		return strings.Join([]string{span.TraceID().String(), span.SpanID().String(), sampled, span.TraceState().String(), strings.Join(members, " ")}, "\t")
	}
	traceID, err := trace.TraceIDFromHex(job[2])
	must(err)
	spanID, err := trace.SpanIDFromHex(job[3])
	must(err)
	state, err := trace.ParseTraceState(job[5])
	must(err)
	flags := trace.TraceFlags(0).WithSampled(job[4] == "1")
	span := trace.NewSpanContext(trace.SpanContextConfig{TraceID: traceID, SpanID: spanID, TraceFlags: flags, TraceState: state})
	var members []baggage.Member
	for _, pair := range decoded(job[6]) {
		member, err := baggage.NewMemberRaw(pair[0], pair[1])
		must(err)
		members = append(members, member)
	}
	bag, err := baggage.New(members...)
	must(err)
	ctx := baggage.ContextWithBaggage(trace.ContextWithSpanContext(context.Background(), span), bag)
	propagator.Inject(ctx, kotel.NewRecordCarrier(record))
	var headers []string
	for _, header := range record.Headers {
		headers = append(headers, header.Key+":"+base64.StdEncoding.EncodeToString(header.Value))
	}
	return strings.Join([]string{job[2], job[3], job[4], job[5], strings.Join(headers, " ")}, "\t")
}

func decoded(text string) [][2]string {
	var pairs [][2]string
	for _, pair := range strings.Fields(text) {
		name, value, _ := strings.Cut(pair, ":")
		bytes, err := base64.StdEncoding.DecodeString(value)
		must(err)
		pairs = append(pairs, [2]string{name, string(bytes)})
	}
	return pairs
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
