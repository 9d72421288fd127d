"""FastStream with its telemetry middleware: sends to SENDER_TOPIC in the way that SENDER_WAY names."""

import asyncio
import os

from faststream.kafka import KafkaBroker
from faststream.kafka.opentelemetry import KafkaTelemetryMiddleware
from opentelemetry.sdk.trace import TracerProvider

way = os.environ["SENDER_WAY"]
traced = KafkaTelemetryMiddleware(tracer_provider=TracerProvider())


async def main() -> None:
    async with KafkaBroker(os.environ["SENDER_BROKERS"], middlewares=() if way == "no middleware" else (traced,)) as broker:
        topic = os.environ["SENDER_TOPIC"]
        if way == "publish_batch":
            await broker.publish_batch("tea", "milk", topic=topic)
        else:
            for index in range(3):
                await broker.publish("tea", topic, key=f"order-{index}".encode())


asyncio.run(main())
