"""kafka-python: kafka_python_client.py <bootstrap> <scenario> <name>."""

import sys

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewPartitions, NewTopic
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

from events import COUNT, emit, fact, headers_of, key_of, wait

scenario, name = sys.argv[2:4]
bootstrap = sys.argv[1].split(",")


def messages():
    create_topic(name, 3)
    codecs = ["none", "gzip", "snappy", "lz4", "zstd"]
    for codec in codecs:
        compression = None if codec == "none" else codec
        producer = KafkaProducer(bootstrap_servers=bootstrap, compression_type=compression, linger_ms=20, acks="all")
        for index in range(COUNT):
            producer.send(name, key=key_of(index), value=f"{codec}-{index}".encode(), headers=headers_of(codec))
        producer.flush()
        producer.close()
    consumer = new_consumer()
    consumer.subscribe([name])
    read = []

    def see(record):
        headers = [[key, value.decode()] for key, value in record.headers]
        emit("record", **place(record), key=record.key.decode(), value=record.value.decode(), headers=headers)
        read.append(record)

    wait(lambda: poll(consumer, see) or len(read) >= COUNT * len(codecs), "all messages")
    consumer.commit()
    consumer.close()
    again = new_consumer()
    for partition in range(3):
        emit("committed", partition=partition, offset=again.committed(TopicPartition(name, partition)))
    again.close()


def members():
    topic = f"{name}-range"
    create_topic(topic, 4)
    config = {"group_id": topic, "heartbeat_interval_ms": 100}
    stays, leaves = new_consumer(**config), new_consumer(**config)
    stays.subscribe([topic])
    at_rest([stays], [4])
    leaves.subscribe([topic])
    at_rest([stays, leaves], [2, 2])
    producer = KafkaProducer(bootstrap_servers=bootstrap)
    for partition in range(4):
        producer.send(topic, value=f"value-{partition}".encode(), partition=partition)
    producer.close()
    read = []

    def see(member, record):
        emit("shared", assignor="range", member=member, partition=record.partition, value=record.value.decode())
        read.append(record)

    def both():
        for number, member in enumerate([stays, leaves]):
            poll(member, lambda record: see(number, record))
        return len(read) >= 4

    wait(both, "a message from each partition")
    for member in [stays, leaves]:
        member.commit()
    leaves.close()
    at_rest([stays], [4])
    stays.close()


def at_rest(group, sizes):
    """Polls until each member has as many partitions as it should."""

    def assigned():
        for member in group:
            poll(member)
        return [len(member.assignment()) for member in group] == sizes

    wait(assigned, f"{sizes} partitions")
    emit("assigned", assignor="range", members=[sorted(one.partition for one in member.assignment()) for member in group])


def transactions():
    create_topic(name, 3)
    producer = KafkaProducer(bootstrap_servers=bootstrap, transactional_id=name)
    producer.init_transactions()
    for result in ["aborted", "committed"]:
        producer.begin_transaction()
        for partition in range(3):
            producer.send(name, value=f"{result}-{partition}".encode(), partition=partition)
        producer.flush()
        producer.send_offsets_to_transaction({TopicPartition(name, 0): OffsetAndMetadata(7, "", -1)}, name)
        producer.abort_transaction() if result == "aborted" else producer.commit_transaction()
    group = new_consumer()
    emit("committed", partition=0, offset=wait(lambda: group.committed(TopicPartition(name, 0)), "an offset"))
    group.close()
    for isolation, count in [("committed", 3), ("uncommitted", 6)]:
        reader = new_consumer(group_id=None, isolation_level=f"read_{isolation}")
        reader.assign([TopicPartition(name, partition) for partition in range(3)])
        read = []

        def see(record):
            emit("read", isolation=isolation, **place(record), value=record.value.decode())
            read.append(record)

        wait(lambda: poll(reader, see) or len(read) >= count, f"{isolation} messages")
        reader.close()
    fencing = KafkaProducer(bootstrap_servers=bootstrap, transactional_id=name)
    fencing.init_transactions()
    try:
        producer.begin_transaction()
        producer.send(name, value=b"fenced", partition=0).get(timeout=30)
        producer.commit_transaction()
        emit("fenced", error="none")
    except KafkaError as error:
        emit("fenced", error=type(error).__name__)
    fencing.close()
    # What was fenced cannot end its transaction, and would wait for that.
    producer.close(timeout=0)


def admin():
    create_topic(name, 2)
    client = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        client.create_topics([NewTopic(name, 1, 1)])
        fact("second creation", "none")
    except KafkaError as error:
        fact("second creation", type(error).__name__)
    client.create_partitions({name: NewPartitions(3)})
    fact("partitions", wait(lambda: len(client.describe_topics([name])[0]["partitions"]) == 3 and 3, "three partitions"))
    client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, configs={"retention.ms": "1234567"})])
    fact("config", wait(lambda: retention(client) == "1234567" and "1234567", "the altered config"))
    producer = KafkaProducer(bootstrap_servers=bootstrap)
    for index in range(10):
        producer.send(name, value=b"v", partition=0, timestamp_ms=1_700_000_000_000 + index)
    producer.close()
    partition = TopicPartition(name, 0)
    client.delete_records({partition: 4})
    consumer = new_consumer()
    fact("earliest", consumer.beginning_offsets([partition])[partition])
    fact("latest", consumer.end_offsets([partition])[partition])
    fact("timestamp", consumer.offsets_for_times({partition: 1_700_000_000_006})[partition].offset)
    consumer.subscribe([name])
    wait(lambda: poll(consumer) or len(consumer.assignment()) == 3, "an assignment")
    group = client.describe_groups([name])[name]
    fact("group", [group["group_state"].lower(), len(group["members"])])
    consumer.commit({partition: OffsetAndMetadata(5, "note", -1)})
    consumer.close()
    offset = client.list_group_offsets([name])[name][partition]
    fact("committed", [partition.partition, offset.offset, offset.metadata])
    fact("listed group", name in str(client.list_groups()))
    client.delete_groups([name])
    fact("deleted group", name not in str(client.list_groups()))
    fact("cluster", len(client.describe_cluster()["brokers"]) > 0)
    client.delete_topics([name])
    fact("deleted topic", wait(lambda: name not in client.list_topics(), "the deleted topic"))
    client.close()


def retention(client):
    asked = ConfigResource(ConfigResourceType.TOPIC, name, configs={"retention.ms": None})
    return client.describe_configs([asked])["topic"][name]["retention.ms"]["value"]


def create_topic(topic, partitions):
    client = KafkaAdminClient(bootstrap_servers=bootstrap)
    client.create_topics([NewTopic(topic, partitions, 1)])
    wait(lambda: topic in client.list_topics(), "the new topic")
    client.close()


def new_consumer(**more):
    config = {"group_id": name, "auto_offset_reset": "earliest", "enable_auto_commit": False, "fetch_max_wait_ms": 100}
    return KafkaConsumer(bootstrap_servers=bootstrap, **{**config, **more})


def place(record):
    return {"partition": record.partition, "offset": record.offset}


def poll(consumer, see=lambda record: None):
    """Gives `see` the messages that come soon."""
    # A shorter poll may end between JoinGroup and SyncGroup, after which this version never takes its assignment.
    for records in consumer.poll(timeout_ms=500).values():
        for record in records:
            see(record)


{"messages": messages, "members": members, "transactions": transactions, "admin": admin}[scenario]()
