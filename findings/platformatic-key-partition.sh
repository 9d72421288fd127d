#!/usr/bin/env bash
# @platformatic/kafka 2.12.1 on Apache Kafka 4.4.0: half of the keys are written to another partition than by kafka-clients 4.4.0 and kafkajs 2.2.4, which agree: it reads the
# hash as an unsigned number where they leave its sign out. Where the number of partitions is a power of two all agree, so that a test may not show it. A key that both
# kinds of producers write is in two partitions. Its compatibilityPartitioner, an option, does as the others. Needs Node 24.6, Java 17 and Maven.
. "$(dirname "$0")/support/kafka.sh"
install kafkajs@2.2.4 @platformatic/kafka@2.12.1
start_kafka
cat >"$work/JavaPartition.java" <<'JAVA'
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

public class JavaPartition {
  public static void main(String[] arguments) {
    for (int partitions : new int[] {3, 4, 12})
      for (int n = 0; n < 100; n++) System.out.println(BuiltInPartitioner.partitionForKey(("order-" + n).getBytes(StandardCharsets.UTF_8), partitions));
  }
}
JAVA
java -cp "$work/libs/*" "$work/JavaPartition.java" 2>/dev/null >"$work/java"
run <<'JS'
import { readFileSync } from 'node:fs';
import { compatibilityPartitioner, Producer } from '@platformatic/kafka';
import kafkajs from 'kafkajs';
const brokers = [process.env.KAFKA_BROKERS];
const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
const admin = kafka.admin();
const ofKafkajs = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
const platformatic = new Producer({ clientId: 'finding', bootstrapBrokers: brokers, retries: 10, retryDelay: 100 });
await admin.connect();
await ofKafkajs.connect();
const java = readFileSync('java', 'utf8').trim().split('\n').map(Number);
for (const numPartitions of [3, 4, 12]) {
  const topic = `orders-${numPartitions}`;
  await admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: true });
  const others = { kafkajs: 0, platformatic: 0, 'platformatic, compatibilityPartitioner': 0 };
  for (const [n, partition] of java.splice(0, 100).entries()) {
    const key = `order-${n}`;
    const messages = [{ topic, key: Buffer.from(key), value: Buffer.from('x') }];
    const written = {
      kafkajs: (await ofKafkajs.send({ topic, messages: [{ key, value: 'x' }] }))[0],
      platformatic: (await platformatic.send({ messages })).offsets[0],
      'platformatic, compatibilityPartitioner': (await platformatic.send({ messages, partitioner: compatibilityPartitioner })).offsets[0],
    };
    for (const [client, answer] of Object.entries(written)) if (answer.partition !== partition) others[client]++;
  }
  console.log(`${numPartitions} partitions, keys of 100 in another one than of Java: ${JSON.stringify(others)}`);
}
process.exit(0);
JS
expect '3 partitions, keys of 100 in another one than of Java: {"kafkajs":0,"platformatic":50,"platformatic, compatibilityPartitioner":0}
4 partitions, keys of 100 in another one than of Java: {"kafkajs":0,"platformatic":0,"platformatic, compatibilityPartitioner":0}
12 partitions, keys of 100 in another one than of Java: {"kafkajs":0,"platformatic":50,"platformatic, compatibilityPartitioner":0}'
