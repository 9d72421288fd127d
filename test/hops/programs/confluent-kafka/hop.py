"""A hop by confluent-kafka with OpenTelemetry's instrumentation: each record of HOP_IN goes on to HOP_OUT with its headers."""

import os

import confluent_kafka
from opentelemetry import trace
from opentelemetry.instrumentation.confluent_kafka import ConfluentKafkaInstrumentor
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())
ConfluentKafkaInstrumentor().instrument()

brokers = {"bootstrap.servers": os.environ["HOP_BROKERS"]}
consumer = confluent_kafka.Consumer({**brokers, "group.id": os.environ["HOP_GROUP"], "auto.offset.reset": "earliest"})
producer = confluent_kafka.Producer(brokers)
consumer.subscribe([os.environ["HOP_IN"]])
while True:
    message = consumer.poll(1)
    if message is None:
        continue
    if message.error():
        raise SystemExit(str(message.error()))
    producer.produce(os.environ["HOP_OUT"], key=message.key(), value=message.value(), headers=message.headers())
    producer.flush()
