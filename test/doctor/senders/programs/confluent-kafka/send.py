"""confluent-kafka with OpenTelemetry's instrumentation: sends to SENDER_TOPIC in the way that SENDER_WAY names."""

import os

import confluent_kafka
from opentelemetry import trace
from opentelemetry.instrumentation.confluent_kafka import ConfluentKafkaInstrumentor
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())
ConfluentKafkaInstrumentor().instrument()

way = os.environ["SENDER_WAY"]
config = {"bootstrap.servers": os.environ["SENDER_BROKERS"]}
producer = confluent_kafka.SerializingProducer(config) if way == "SerializingProducer" else confluent_kafka.Producer(config)
# Made once, as a constant of a service: the instrumentation appends to it.
kept = [("tenant", b"acme")]
for index in range(3):
    with trace.get_tracer("sender").start_as_current_span("POST /orders"):
        headers = kept if way == "one list of headers" else [("tenant", b"acme")]
        producer.produce(os.environ["SENDER_TOPIC"], key=f"order-{index}".encode(), value=b"tea", headers=headers)
producer.flush()
