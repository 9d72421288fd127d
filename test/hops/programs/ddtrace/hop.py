"""A hop by confluent-kafka under Datadog's tracer: each record of HOP_IN goes on to HOP_OUT with its headers."""

import os

import ddtrace.auto  # noqa: F401
import confluent_kafka

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
    # The tracer takes a dictionary only.
    headers = dict(message.headers() or [])
    producer.produce(os.environ["HOP_OUT"], key=message.key(), value=message.value(), headers=headers)
    producer.flush()
