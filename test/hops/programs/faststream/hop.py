"""A hop by FastStream with its telemetry middleware: each record of HOP_IN goes on to HOP_OUT, returned or published."""

import asyncio
import os

from faststream import FastStream
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.opentelemetry import KafkaTelemetryMiddleware
from opentelemetry.sdk.trace import TracerProvider

broker = KafkaBroker(
    os.environ["HOP_BROKERS"], middlewares=(KafkaTelemetryMiddleware(tracer_provider=TracerProvider()),)
)
subscriber = broker.subscriber(os.environ["HOP_IN"], group_id=os.environ["HOP_GROUP"], auto_offset_reset="earliest")

if os.environ["HOP_WAY"] == "return":

    @subscriber
    @broker.publisher(os.environ["HOP_OUT"])
    async def forward(body: str) -> str:
        return body

else:

    @subscriber
    async def forward(body: str, message: KafkaMessage) -> None:
        await broker.publish(
            body, os.environ["HOP_OUT"], key=message.raw_message.key, headers=message.headers
        )


asyncio.run(FastStream(broker).run())
