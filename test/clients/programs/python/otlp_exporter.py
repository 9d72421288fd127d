"""Sends what OpenTelemetry's SDK for Python makes: two traces with a link between them, a log line, a metric.

Where to is in the environment, as for any program: OTEL_EXPORTER_OTLP_ENDPOINT. Prints the ids of the spans.
"""

import json
import logging

from opentelemetry import metrics, trace
from opentelemetry._logs import set_logger_provider
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

resource = Resource.create({"service.name": "python-shop"})
spans = TracerProvider(resource=resource)
spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(spans)
logs = LoggerProvider(resource=resource)
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
set_logger_provider(logs)
logger = logging.getLogger("shop")
logger.addHandler(LoggingHandler(logger_provider=logs))
meters = MeterProvider(resource=resource, metric_readers=[PeriodicExportingMetricReader(OTLPMetricExporter())])
metrics.set_meter_provider(meters)

tracer = trace.get_tracer("otlp-exporter", "1.2.3")
values = {
    "text": "größe ∑",
    "whole": 2**53 + 1,
    "negative": -7,
    "fraction": 0.5,
    "truth": True,
    "list": ["a", "b"],
}
topic = {"messaging.destination.name": "orders.placed", "messaging.system.name": "kafka"}

with tracer.start_as_current_span("POST /orders", kind=trace.SpanKind.SERVER, attributes=values) as request:
    sending = {**topic, "messaging.operation.type": "send"}
    with tracer.start_as_current_span("send orders.placed", kind=trace.SpanKind.PRODUCER, attributes=sending) as sent:
        logger.warning("the shelf of %s is locked", "tea")

processing = {**topic, "messaging.operation.type": "process"}
links = [trace.Link(sent.get_span_context(), {"why": "it was sent there"})]
try:
    with tracer.start_as_current_span(
        "process orders.placed", context=trace.set_span_in_context(trace.INVALID_SPAN), kind=trace.SpanKind.CONSUMER, links=links, attributes=processing
    ) as taken:
        raise ValueError("no shelf")
except ValueError:
    pass
metrics.get_meter("shop").create_counter("shop.orders").add(1)

for provider in (spans, logs, meters):
    provider.shutdown()


def ids(span):
    context = span.get_span_context()
    return {"traceId": trace.format_trace_id(context.trace_id), "spanId": trace.format_span_id(context.span_id)}


print(json.dumps({"request": ids(request), "sent": ids(sent), "taken": ids(taken)}))
