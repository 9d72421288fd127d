#!/usr/bin/env bash
# librdkafka 2.16.0, as in confluent-kafka 2.16.1 of PyPI, on Apache Kafka 4.4.0 of two nodes: an admin client sends describe_topics and create_topics to the node that
# the last metadata named as the controller, which in KRaft mode is any living broker. Once that node is gone it connects to it without a pause, seen were 12,000 connects
# a second on nine tenths of a core, and asks nobody whether there is another controller. Each request fails with "Local: Timed out", also when the cluster has long put
# the node out, until list_topics() or the refresh of every five minutes (topic.metadata.refresh.interval.ms) asks for metadata. Then it is answered at once.
# Needs Java 17, Maven and Python 3.10.
. "$(dirname "$0")/support/kafka.sh"
start_kafka
start_second_broker
install_python confluent-kafka==2.16.1
# The program kills it, which bash reports.
export SECOND_BROKER=$second_broker
run_python <<'PY'
import json
import os
import signal
import sys
import time

import confluent_kafka
from confluent_kafka import KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient, NewTopic

print("librdkafka", confluent_kafka.libversion()[0])
connects = 0


def count(statistics):
    global connects
    connects = sum(broker["connects"] for broker in json.loads(statistics)["brokers"].values() if broker["nodeid"] == 2)


server = {"bootstrap.servers": os.environ["KAFKA_BROKERS"], "log_level": 0}
other = AdminClient(server)
other.create_topics([NewTopic("orders", 1, 1)])["orders"].result()
admin = AdminClient({**server, "statistics.interval.ms": 200, "stats_cb": count})


# Asks for metadata until they are as awaited.
def metadata(client, awaited):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = client.list_topics(timeout=10)
        if awaited(found):
            return
        time.sleep(0.1)
    raise TimeoutError("the metadata are not as awaited")


def describe():
    admin.describe_topics(TopicCollection(["orders"]), request_timeout=5)["orders"].result()


def create():
    admin.create_topics([NewTopic("payments", 1, 1)], request_timeout=5)["payments"].result()


def ask(when, request):
    admin.poll(0.5)
    before = connects
    started = time.monotonic()
    cpu = time.process_time()
    try:
        request()
        outcome = "answered"
    except KafkaException as error:
        outcome = "timed out" if error.args[0].code() == confluent_kafka.KafkaError._TIMED_OUT else str(error)
    cpu = time.process_time() - cpu
    lasted = time.monotonic() - started
    for _ in range(5):
        admin.poll(0.2)
    print(f"{when}: {outcome} after {lasted:.2f} s, {cpu:.2f} s of CPU, {connects - before} connects to node 2", file=sys.stderr)
    length = "at once" if lasted < 2 else "after 5 s"
    print(f"{when}: {outcome} {length}; more than 0.5 s of CPU {cpu > 0.5}, more than 1000 connects {connects - before > 1000}")


metadata(admin, lambda found: len(found.brokers) == 2 and found.controller_id == 2)
ask("describe_topics with both nodes", describe)
os.kill(int(os.environ["SECOND_BROKER"]), signal.SIGKILL)
# A node that was killed counts as living for 9 s, its session. The connection to it that ends makes the client ask for metadata, which may name it still.
time.sleep(1)
metadata(admin, lambda found: found.controller_id == 2)
metadata(other, lambda found: len(found.brokers) == 1 and found.controller_id == 1)
print("the cluster has one node, which is its controller")
ask("describe_topics", describe)
ask("describe_topics again", describe)
ask("create_topics", create)
metadata(admin, lambda found: found.controller_id == 1)
ask("describe_topics after list_topics", describe)
ask("create_topics after list_topics", create)
PY
expect 'librdkafka 2.16.0
describe_topics with both nodes: answered at once; more than 0.5 s of CPU False, more than 1000 connects False
the cluster has one node, which is its controller
describe_topics: timed out after 5 s; more than 0.5 s of CPU True, more than 1000 connects True
describe_topics again: timed out after 5 s; more than 0.5 s of CPU True, more than 1000 connects True
create_topics: timed out after 5 s; more than 0.5 s of CPU True, more than 1000 connects True
describe_topics after list_topics: answered at once; more than 0.5 s of CPU False, more than 1000 connects False
create_topics after list_topics: answered at once; more than 0.5 s of CPU False, more than 1000 connects False'
