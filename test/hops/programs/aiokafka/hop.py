"""A hop by aiokafka with OpenTelemetry's instrumentation: each record of HOP_IN goes on to HOP_OUT with its headers."""

import asyncio
import os

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from opentelemetry import trace
from opentelemetry.instrumentation.aiokafka import AIOKafkaInstrumentor
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())
AIOKafkaInstrumentor().instrument()


async def main():
    brokers = {"bootstrap_servers": os.environ["HOP_BROKERS"]}
    consumer = AIOKafkaConsumer(os.environ["HOP_IN"], **brokers, group_id=os.environ["HOP_GROUP"], auto_offset_reset="earliest")
    async with consumer, AIOKafkaProducer(**brokers) as producer:
        async for message in consumer:
            await producer.send_and_wait(
                os.environ["HOP_OUT"], message.value, key=message.key, headers=list(message.headers)
            )


asyncio.run(main())
