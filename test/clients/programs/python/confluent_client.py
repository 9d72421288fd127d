"""confluent-kafka, which is librdkafka: confluent_client.py <bootstrap> <scenario> <name>."""

import sys

from confluent_kafka import Consumer, IsolationLevel, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    OffsetSpec,
    ResourceType,
)

from events import COUNT, emit, fact, headers_of, key_of, wait

bootstrap, scenario, name = sys.argv[1:4]


def messages():
    create_topic(name, 3)
    codecs = ["none", "gzip", "snappy", "lz4", "zstd"]
    for codec in codecs:
        producer = Producer({**base(), "compression.type": codec, "enable.idempotence": True, "linger.ms": 20})
        for index in range(COUNT):
            producer.produce(name, key=key_of(index), value=f"{codec}-{index}", headers=headers_of(codec))
        check(producer.flush(30) == 0, "a message was not delivered")
    consumer = new_consumer()
    consumer.subscribe([name])
    read = []

    def see(message):
        headers = [[key, value.decode()] for key, value in message.headers()]
        emit("record", **place(message), key=message.key().decode(), value=message.value().decode(), headers=headers)
        read.append(message)

    wait(lambda: poll(consumer, see) or len(read) >= COUNT * len(codecs), "all messages")
    consumer.commit(asynchronous=False)
    consumer.close()
    again = new_consumer()
    for partition in again.committed([TopicPartition(name, index) for index in range(3)], timeout=30):
        emit("committed", partition=partition.partition, offset=partition.offset)
    again.close()


def members():
    for assignor in ["range", "cooperative-sticky"]:
        topic = f"{name}-{assignor}"
        create_topic(topic, 4)
        config = {"group.id": topic, "partition.assignment.strategy": assignor, "heartbeat.interval.ms": 100}
        stays, leaves = new_consumer(**config), new_consumer(**config)
        stays.subscribe([topic])
        at_rest(assignor, [stays], [4])
        leaves.subscribe([topic])
        at_rest(assignor, [stays, leaves], [2, 2])
        producer = Producer(base())
        for partition in range(4):
            producer.produce(topic, value=f"value-{partition}", partition=partition)
        check(producer.flush(30) == 0, "a message was not delivered")
        read = []

        def see(member, message):
            emit("shared", assignor=assignor, member=member, partition=message.partition(), value=message.value().decode())
            read.append(message)

        def both():
            for number, member in enumerate([stays, leaves]):
                poll(member, lambda message: see(number, message))
            return len(read) >= 4

        wait(both, "a message from each partition")
        for member in [stays, leaves]:
            member.commit(asynchronous=False)
        leaves.close()
        at_rest(assignor, [stays], [4])
        stays.close()


def at_rest(assignor, group, sizes):
    """Polls until each member has as many partitions as it should."""

    def assigned():
        for member in group:
            # librdkafka may have fetched what was not its own any more, and deliver it again when it is.
            poll(member)
        return [len(member.assignment()) for member in group] == sizes

    wait(assigned, f"{sizes} partitions")
    emit("assigned", assignor=assignor, members=[sorted(one.partition for one in member.assignment()) for member in group])


def statics():
    create_topic(name, 4)
    rebalances = []
    config = {"heartbeat.interval.ms": 100, "session.timeout.ms": 20_000}
    stays = new_consumer(**config)
    stays.subscribe([name], on_assign=lambda _, partitions: rebalances.append(partitions))
    returns = new_consumer(**config, **{"group.instance.id": "returns"})
    returns.subscribe([name])

    def shared():
        poll(stays)
        poll(returns)
        return len(stays.assignment()) == 2 and len(returns.assignment()) == 2

    wait(shared, "half of the partitions each")
    before = len(rebalances)
    returns.close()
    returns = new_consumer(**config, **{"group.instance.id": "returns"})
    returns.subscribe([name])
    wait(shared, "the partitions of the member that came back")
    # Time for ten heartbeats, by one of which the other would hear of a rebalance.
    for _ in range(5):
        shared()
    emit("returned", partitions=sorted(one.partition for one in returns.assignment()), rebalances=len(rebalances) - before)
    returns.close()
    stays.close()


def transactions():
    create_topic(name, 3)
    config = {**base(), "transactional.id": name}
    producer = Producer(config)
    producer.init_transactions(30)
    group = new_consumer()
    group.subscribe([name])
    wait(lambda: poll(group) or len(group.assignment()) == 3, "an assignment")
    for result in ["aborted", "committed"]:
        producer.begin_transaction()
        for partition in range(3):
            producer.produce(name, value=f"{result}-{partition}", partition=partition)
        producer.flush(30)
        producer.send_offsets_to_transaction([TopicPartition(name, 0, 7)], group.consumer_group_metadata(), 30)
        producer.abort_transaction(30) if result == "aborted" else producer.commit_transaction(30)
    offsets = wait(lambda: [one for one in group.committed([TopicPartition(name, 0)], timeout=30) if one.offset >= 0], "an offset")
    emit("committed", partition=0, offset=offsets[0].offset)
    group.close()
    for isolation, count in [("committed", 3), ("uncommitted", 6)]:
        reader = new_consumer(**{"group.id": f"{name}-{isolation}", "isolation.level": f"read_{isolation}"})
        reader.assign([TopicPartition(name, partition, 0) for partition in range(3)])
        read = []

        def see(message):
            emit("read", isolation=isolation, **place(message), value=message.value().decode())
            read.append(message)

        wait(lambda: poll(reader, see) or len(read) >= count, f"{isolation} messages")
        reader.close()
    fencing = Producer(config)
    fencing.init_transactions(30)
    try:
        producer.begin_transaction()
        producer.produce(name, value="fenced")
        producer.commit_transaction(30)
        emit("fenced", error="none")
    except KafkaException as error:
        emit("fenced", error=error.args[0].name())


def admin():
    client = AdminClient(base())
    create_topic(name, 2)
    fact("second creation", error_of(client.create_topics([NewTopic(name, 1, 1)])[name]))
    client.create_partitions([NewPartitions(name, 3)])[name].result()
    fact("partitions", wait(lambda: len(client.list_topics(name).topics[name].partitions) == 3 and 3, "three partitions"))
    entry = ConfigEntry("retention.ms", "1234567", incremental_operation=AlterConfigOpType.SET)
    altered = ConfigResource(ResourceType.TOPIC, name, incremental_configs=[entry])
    client.incremental_alter_configs([altered])[altered].result()

    def retention():
        resource = ConfigResource(ResourceType.TOPIC, name)
        value = client.describe_configs([resource])[resource].result()["retention.ms"].value
        return value == "1234567" and value

    fact("config", wait(retention, "the altered config"))
    producer = Producer(base())
    for index in range(10):
        producer.produce(name, value="v", partition=0, timestamp=1_700_000_000_000 + index)
    producer.flush(30)
    partition = TopicPartition(name, 0)
    client.delete_records([TopicPartition(name, 0, 4)])[partition].result()
    specs = {
        "earliest": OffsetSpec.earliest(),
        "latest": OffsetSpec.latest(),
        "maximal timestamp": OffsetSpec.max_timestamp(),
        "timestamp": OffsetSpec.for_timestamp(1_700_000_000_006),
    }
    for what, spec in specs.items():
        asked = client.list_offsets({partition: spec}, isolation_level=IsolationLevel.READ_UNCOMMITTED)
        fact(what, asked[partition].result().offset)
    consumer = new_consumer()
    consumer.subscribe([name])
    wait(lambda: poll(consumer) or len(consumer.assignment()) == 3, "an assignment")
    group = client.describe_consumer_groups([name])[name].result()
    fact("group", [group.state.name.lower(), len(group.members)])
    consumer.commit(offsets=[TopicPartition(name, 0, 5, "note")], asynchronous=False)
    consumer.close()
    offset = client.list_consumer_group_offsets([group_of(name)])[name].result().topic_partitions[0]
    fact("committed", [offset.partition, offset.offset, offset.metadata])
    fact("listed group", name in [one.group_id for one in client.list_consumer_groups().result().valid])
    client.delete_consumer_groups([name])[name].result()
    fact("deleted group", name not in [one.group_id for one in client.list_consumer_groups().result().valid])
    fact("cluster", len(client.describe_cluster().result().nodes) > 0)
    client.delete_topics([name])[name].result()
    fact("deleted topic", wait(lambda: name not in client.list_topics().topics, "the deleted topic"))


def group_of(group_id):
    from confluent_kafka import ConsumerGroupTopicPartitions

    return ConsumerGroupTopicPartitions(group_id)


def error_of(future):
    try:
        future.result()
        return "none"
    except KafkaException as error:
        return error.args[0].name()


def create_topic(topic, partitions):
    client = AdminClient(base())
    client.create_topics([NewTopic(topic, partitions, 1)])[topic].result()
    wait(lambda: topic in client.list_topics().topics, "the new topic")


def base():
    return {"bootstrap.servers": bootstrap}


def new_consumer(**more):
    config = {**base(), "group.id": name, "auto.offset.reset": "earliest", "enable.auto.commit": False, "fetch.wait.max.ms": 100}
    return Consumer({**config, **more})


def place(message):
    return {"partition": message.partition(), "offset": message.offset()}


def poll(consumer, see=lambda message: None):
    """Gives `see` the next message, if there is one soon."""
    message = consumer.poll(0.1)
    if message is None:
        return
    if message.error() is None:
        see(message)
    elif message.error().code() != KafkaError._PARTITION_EOF:
        raise KafkaException(message.error())


def check(holds, what):
    if not holds:
        raise AssertionError(what)


{"messages": messages, "members": members, "statics": statics, "transactions": transactions, "admin": admin}[scenario]()
