"""confluent-kafka under Datadog's tracer: sends to SENDER_TOPIC."""

import os

import ddtrace.auto  # noqa: F401
import confluent_kafka

producer = confluent_kafka.Producer({"bootstrap.servers": os.environ["SENDER_BROKERS"]})
for index in range(3):
    producer.produce(os.environ["SENDER_TOPIC"], key=f"order-{index}".encode(), value=b"tea")
    producer.flush()
