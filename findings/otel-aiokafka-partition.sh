#!/usr/bin/env bash
# opentelemetry-instrumentation-aiokafka 0.66b1 with aiokafka 0.14.0 on Apache Kafka 4.4.0: the send span of a message without a key names a partition that the record is
# mostly not in. The instrumentation asks the partitioner, which takes one at random, and the producer asks it again. Needs Python 3.10.
. "$(dirname "$0")/support/kafka.sh"
start_kafka
install_python aiokafka==0.14.0 opentelemetry-instrumentation-aiokafka==0.66b1 opentelemetry-sdk==1.45.1
run_python <<'PY'
import asyncio
import logging
import os

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from opentelemetry.instrumentation.aiokafka import AIOKafkaInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

# A new topic's leaders are not there at once, and the producer says so.
logging.disable(logging.CRITICAL)
exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
AIOKafkaInstrumentor().instrument(tracer_provider=provider)


async def main():
    server = os.environ["KAFKA_BROKERS"]
    admin = AIOKafkaAdminClient(bootstrap_servers=server)
    await admin.start()
    await admin.create_topics([NewTopic("orders", 50, 1)])
    producer = AIOKafkaProducer(bootstrap_servers=server)
    await producer.start()
    for name, key in (("with a key", b"key"), ("without a key", None)):
        right = 0
        for _ in range(50):
            written = await producer.send_and_wait("orders", b"value", key=key)
            span = exporter.get_finished_spans()[-1]
            right += span.attributes["messaging.destination.partition.id"] == str(written.partition)
        # By chance one in 50 is right.
        print(f"{name}: the span names the record's partition", "50 of 50 times" if right == 50 else "at most 10 of 50 times" if right <= 10 else right)
    await producer.stop()
    await admin.close()


asyncio.run(main())
PY
expect "with a key: the span names the record's partition 50 of 50 times
without a key: the span names the record's partition at most 10 of 50 times"
