"""OpenTelemetry's propagators through its kafka-python instrumentation's getter and setter: a job a line, an answer a line, as jobs.ts has them."""

import base64
import sys

from opentelemetry import baggage, trace
from opentelemetry.baggage.propagation import W3CBaggagePropagator
from opentelemetry.context import Context
from opentelemetry.instrumentation.kafka.utils import _kafka_getter, _kafka_setter
from opentelemetry.propagators.b3 import B3MultiFormat, B3SingleFormat
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.propagators.jaeger import JaegerPropagator
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.trace.span import TraceState

PROPAGATORS = {
    "w3c": CompositePropagator([TraceContextTextMapPropagator(), W3CBaggagePropagator()]),
    "b3": CompositePropagator([B3SingleFormat(), W3CBaggagePropagator()]),
    "b3multi": CompositePropagator([B3MultiFormat(), W3CBaggagePropagator()]),
    "jaeger": JaegerPropagator(),
}


def encoded(pairs):
    return " ".join(f"{name}:{base64.b64encode(value).decode()}" for name, value in pairs)


def decoded(text):
    pairs = [pair.split(":", 1) for pair in text.split(" ") if pair]
    return [(name, base64.b64decode(value)) for name, value in pairs]


def answer(job):
    propagator = PROPAGATORS[job[1]]
    if job[0] == "read":
        context = propagator.extract(decoded(job[2]), context=Context(), getter=_kafka_getter)
        span = trace.get_current_span(context).get_span_context()
        if not span.is_valid:
            return "-"
        state = ",".join(f"{key}={value}" for key, value in span.trace_state.items())
        members = encoded((key, str(value).encode()) for key, value in baggage.get_all(context).items())
        return "\t".join([f"{span.trace_id:032x}", f"{span.span_id:016x}", str(int(span.trace_flags.sampled)), state, members])
    state = TraceState([tuple(member.split("=", 1)) for member in job[5].split(",") if member])
    span = trace.SpanContext(int(job[2], 16), int(job[3], 16), False, trace.TraceFlags(int(job[4])), state)
    context = trace.set_span_in_context(trace.NonRecordingSpan(span), Context())
    for key, value in decoded(job[6]):
        context = baggage.set_baggage(key, value.decode(), context)
    headers = []
    propagator.inject(headers, context=context, setter=_kafka_setter)
    return "\t".join([*job[2:6], encoded(headers)])


for line in sys.stdin:
    print(answer(line.rstrip("\n").split("\t")), flush=True)
