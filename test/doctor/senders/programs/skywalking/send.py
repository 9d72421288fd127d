"""kafka-python under SkyWalking's agent, whose collector is not there: sends to SENDER_TOPIC."""

import os

from skywalking import agent, config

config.init(agent_name="sender", agent_collector_backend_services="127.0.0.1:9", agent_logging_level="CRITICAL")
agent.start()

from kafka import KafkaProducer  # noqa: E402

producer = KafkaProducer(bootstrap_servers=os.environ["SENDER_BROKERS"].split(","))
for index in range(3):
    producer.send(os.environ["SENDER_TOPIC"], key=f"order-{index}".encode(), value=b"tea").get(30)
producer.close()
# Its threads would wait for the collector.
os._exit(0)
